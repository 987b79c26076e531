/** What can be set about an agent, and what it is where nothing is set. */
import { checkToken, heartbeatOf } from "./checks.js";

const MIB = 1 << 20;

/** Defaults of the fourth constructor argument. Times in milliseconds. */
export const DEFAULTS = Object.freeze({
  /** Reconnecting: a delay drawn evenly from 0 to min(max, base · 2^n). */
  backoff: Object.freeze({ base: 1000, max: 30_000, random: Math.random }),
  /** A ping every `interval`; the connection is given up after `timeout` of silence. Or false. */
  heartbeat: Object.freeze({ interval: 25_000, timeout: 75_000 }),
  /** From opening a socket to its being open, and from asking to be registered to the answer. */
  connectTimeout: 10_000,
  registerTimeout: 10_000,
  /** An outcome unanswered for so long on a living socket is sent again. */
  ackTimeout: 30_000,
  /** Outcomes kept while they cannot be sent; beyond it the oldest is dropped. */
  queueLimit: 1000,
  /** Outcomes sent and not yet acknowledged; further ones wait in the queue. */
  inFlightLimit: 256,
  /** How often one outcome is sent before a passing refusal becomes its final answer. */
  attempts: 6,
  /** Bytes the socket may hold unsent before outcomes wait in the queue. */
  highWater: MIB,
  /** The largest message the mesh takes, in bytes. */
  messageLimit: 10 * MIB,
  /** Received (source, outcome_id) pairs remembered so that none is handed over twice. */
  seenLimit: 4096,
  /** A token is renewed so long before it expires, or after half of its life if that is later. */
  renewBefore: 30_000,
  /** Ask for what was missed while away (servers without an outcome log ignore it). */
  resume: true,
});

/** The options to go by: those given, and the defaults for the rest. */
export function withDefaults(options) {
  const merged = { WebSocket: globalThis.WebSocket, meta: whereWeRun(), ...DEFAULTS, ...options };
  merged.backoff = { ...DEFAULTS.backoff, ...options.backoff };
  merged.heartbeat = heartbeatOf(DEFAULTS.heartbeat, options.heartbeat);
  // Where an agent's endpoint takes a token from the address, it does not answer it.
  merged.authentication = "message";
  if (typeof merged.WebSocket !== "function") {
    throw new TypeError("No WebSocket here: give one as options.WebSocket");
  }
  checkToken(merged.token);
  return merged;
}

function whereWeRun() {
  return {
    env: typeof document === "undefined" ? "script" : "browser",
    userAgent: globalThis.navigator?.userAgent,
  };
}
