/**
 * A React hook over MeshClient, for React 18 and 19.
 *
 *   const { isConnected, lastMessage, sendMessage } = useWebSocket("ws://localhost:3030/ws");
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { MeshClient } from "./mesh-client.js";

/**
 * A socket that comes back by itself, for as long as the component is mounted.
 *
 * @param {?string|string[]} url without one nothing is connected
 * @param {object} [options] MeshClient's, and callbacks, which may change with every render:
 *     onFrame(PositionFrame), onMessage(message), onError(MeshError), onStateChange(info)
 * @returns {object} isConnected; lastMessage: the text of the newest message, or null;
 *     sendMessage(value): sends it as JSON if connected, and whether it did; and beyond the
 *     reference: state; frame: a ref of the newest positions, which never render by themselves;
 *     client: a ref of the MeshClient, null while unmounted
 */
export function useWebSocket(url, options = {}) {
  const [state, setState] = useState("closed");
  const [lastMessage, setLastMessage] = useState(null);
  const client = useRef(null);
  const frame = useRef(null);
  const latest = useRef(options);
  const refused = useRef(null);
  useEffect(() => {
    latest.current = options;
    if (followsRefused(options.token, refused.current)) {
      refused.current = null;
      client.current.connect();
    }
  });

  const { protocol, fps, compression, authentication } = options;
  const hasToken = Boolean(options.token);
  const address = Array.isArray(url) ? url.join("\n") : url;
  useEffect(() => {
    if (!address) return undefined;
    const refs = { latest, client, frame, refused };
    return connectSoon(address.split("\n"), refs, { setState, setLastMessage });
  }, [address, protocol, fps, compression, authentication, hasToken]);

  const sendMessage = useCallback((message) => client.current?.send(message) ?? false, []);
  return { isConnected: state === "open", lastMessage, sendMessage, state, frame, client };
}

/**
 * Connects after the effect, not in it: StrictMode mounts, unmounts and mounts again at once, and
 * one connection is enough.
 */
function connectSoon(urls, { latest, client, frame, refused }, { setState, setLastMessage }) {
  const { onFrame, onMessage, onError, onStateChange, ...options } = latest.current;
  const mesh = new MeshClient({ ...options, url: urls, token: tokenOf(latest) });
  client.current = mesh;
  const offs = [
    mesh.on("state", (info) => {
      setState(info.state);
      latest.current.onStateChange?.(info);
      if (info.state !== "closed") return;
      if (info.error.code === "AUTHENTICATION") refused.current = latest.current.token;
      report(latest, info.error);
    }),
    mesh.on("text", setLastMessage),
    mesh.on("message", (message) => latest.current.onMessage?.(message)),
    mesh.on("positions", (positions) => {
      frame.current = positions;
      latest.current.onFrame?.(positions);
    }),
    mesh.on("error", (error) => report(latest, error)),
  ];
  const soon = setTimeout(() => mesh.connect());
  return () => {
    clearTimeout(soon);
    offs.forEach((off) => off());
    mesh.close();
    setState("closed");
    frame.current = null;
    refused.current = null;
    if (client.current === mesh) client.current = null;
  };
}

/** Whether a token comes in place of one that the mesh refused; a function is asked by the client. */
function followsRefused(token, refused) {
  return Boolean(refused) && typeof token === "string" && token !== "" && token !== refused;
}

/** The token of the newest render, also where each one makes another. */
function tokenOf(latest) {
  if (!latest.current.token) return undefined;
  return () => {
    const { token } = latest.current;
    return typeof token === "function" ? token() : token;
  };
}

function report(latest, error) {
  if (latest.current.onError) latest.current.onError(error);
  else console.warn(`[mesh] ${error.code}: ${error.message}`);
}
