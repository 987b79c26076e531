/** A page whose component uses the hook; window.show(url) mounts it, window.hide() unmounts it. */
import { StrictMode, version } from "react";
import { createRoot } from "react-dom/client";
import { useWebSocket } from "@starling-mesh/client/react";
import Documented from "./documented.jsx";

window.seen = { renders: 0, frames: [], messages: [], states: [], errors: [], version };
const { seen } = window;

function Socket({ url, options }) {
  const socket = useWebSocket(url, {
    ...options,
    onFrame: (frame) => seen.frames.push([...frame.ids]),
    onMessage: ({ type }) => seen.messages.push(type),
    onStateChange: ({ state }) => seen.states.push(state),
    onError: ({ code }) => seen.errors.push(code),
  });
  seen.renders++;
  window.socket = socket;
  return <output>{String(socket.isConnected)}</output>;
}

let root;
window.show = (url, options) => {
  root ??= createRoot(document.body.appendChild(document.createElement("div")));
  root.render(<StrictMode><Socket url={url} options={options} /></StrictMode>);
};
window.showDocumented = (url) => {
  root ??= createRoot(document.body.appendChild(document.createElement("div")));
  root.render(<StrictMode><Documented url={url} /></StrictMode>);
};
window.hide = () => {
  root.unmount();
  root = undefined;
};
