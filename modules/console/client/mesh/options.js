import { checkToken, heartbeatOf } from "../checks.js";
import { MeshError } from "./error.js";

/** What can be set about a client, and what it is where nothing is set. Times in milliseconds. */
export const MESH_DEFAULTS = Object.freeze({
  /** Reconnecting: a delay drawn between `base` and min(max, base · 2^n), n the failures so far. */
  backoff: Object.freeze({ base: 1000, max: 30_000, random: Math.random }),
  /** A ping every `interval`; the connection is given up after `timeout` of silence. Or false. */
  heartbeat: Object.freeze({ interval: 30_000, timeout: 75_000 }),
  /** From opening a socket to its being open, from a token to `authenticated`; for a new token. */
  connectTimeout: 10_000,
  /** A connection that lived so long was healthy: the back-off starts anew after it. */
  healthyAfter: 10_000,
  /** From sending a message to its answer: the mesh gives up on its own parts after 5 s. */
  requestTimeout: 6000,
  /** How long a message waits for a connection before it is rejected. */
  queueTimeout: 30_000,
  /** Messages that wait for a connection; beyond it the oldest is rejected. */
  queueLimit: 256,
  /** Messages sent and not yet answered; further ones wait. */
  inFlightLimit: 256,
  /** Bytes the socket may hold unsent before messages wait, and before drags skip positions. */
  highWater: 1 << 20,
  dragHighWater: 1 << 16,
  /** The largest message the mesh takes, and takes apart, in bytes. */
  messageLimit: 10 << 20,
  /** How the token travels: "message" (the first one) or "query" (seen in logs of proxies). */
  authentication: "message",
  /** A token is renewed so long before it expires, or after half of its life if that is later. */
  renewBefore: 30_000,
  /** Layout of position frames: 1, 2 or 3. */
  protocol: 1,
});

/** Options without a default. */
const OTHERS = ["url", "token", "pubkey", "events", "fps", "compression", "WebSocket"];

/** The most position frames that the mesh sends in a second. */
const MOST_FPS = 60;

const CHOICES = {
  authentication: ["message", "query"],
  protocol: [1, 2, 3],
  compression: [undefined, "deflate", "zlib"],
};

/** The options to go by: those given, and the defaults for the rest. */
export function meshOptions(options) {
  const given = typeof options === "string" || Array.isArray(options) ? { url: options } : options;
  const set = Object.fromEntries(
    Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
  const known = [...Object.keys(MESH_DEFAULTS), ...OTHERS];
  const unknown = Object.keys(set).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`${unknown}: no such option, expected one of ${known.join(", ")}`);
  }
  const merged = { WebSocket: globalThis.WebSocket, ...MESH_DEFAULTS, ...set };
  merged.backoff = { ...MESH_DEFAULTS.backoff, ...set.backoff };
  merged.heartbeat = heartbeatOf(MESH_DEFAULTS.heartbeat, set.heartbeat);
  merged.urls = [].concat(merged.url ?? []);
  check(merged);
  return merged;
}

function check(options) {
  const { fps, token } = options;
  checkToken(token);
  if (fps != null && !(Number.isInteger(fps) && fps > 0 && fps <= MOST_FPS)) {
    throw new TypeError(`fps: expected a whole number from 1 to ${MOST_FPS}, got ${JSON.stringify(fps)}`);
  }
  if (options.urls.length === 0) throw new TypeError("url: expected one or several addresses");
  if (typeof options.WebSocket !== "function") {
    throw new TypeError("No WebSocket here: give one as options.WebSocket");
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    if (!choices.includes(options[name])) {
      const expected = choices.filter(Boolean).map((choice) => JSON.stringify(choice)).join(" or ");
      throw new TypeError(`${name}: expected ${expected}, got ${JSON.stringify(options[name])}`);
    }
  }
}

/**
 * The address to open a socket at: a relative one is the page's own, http and https are ws and wss.
 * Parameters that the address has already stay.
 */
export function addressOf(url, { protocol, fps, compression }, token) {
  const address = parsed(url);
  address.protocol = address.protocol.replace(/^http/, "ws");
  if (!/^wss?:$/.test(address.protocol)) throw invalid(url, "it is none of ws, wss, http, https");
  const query = { protocol: protocol === 1 ? undefined : protocol, fps, compression, token };
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) address.searchParams.set(name, String(value));
  }
  return address.href;
}

function parsed(url) {
  try {
    return new URL(url, globalThis.location?.href);
  } catch {
    throw invalid(url, "it is no URL");
  }
}

function invalid(url, why) {
  return new MeshError("INVALID_URL", `Cannot connect to ${String(url)}: ${why}`);
}
