/** What the options may be that both clients have. */
import { LONGEST_WAIT_MS } from "./timers.js";

/** Throws where a token is none; only its type is told, for a token is nobody's to read in a log. */
export function checkToken(token) {
  if (!["string", "function", "undefined"].includes(typeof (token ?? undefined))) {
    throw new TypeError(`token: expected a string or a function, got ${typeof token}`);
  }
}

/** The heartbeat to go by: what is given and the defaults for the rest, or false. */
export function heartbeatOf(defaults, heartbeat = {}) {
  if (heartbeat === false) return false;
  if (heartbeat === null || typeof heartbeat !== "object" || Array.isArray(heartbeat)) {
    throw new TypeError(`heartbeat: expected { interval, timeout } or false, got ${shown(heartbeat)}`);
  }
  const set = Object.entries(heartbeat).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) checkWait(defaults, name, value);
  return { ...defaults, ...Object.fromEntries(set) };
}

function checkWait(defaults, name, value) {
  if (!Object.hasOwn(defaults, name)) {
    const known = Object.keys(defaults).join(", ");
    throw new TypeError(`heartbeat.${name}: no such option, expected one of ${known}`);
  }
  if (!(Number.isFinite(value) && value > 0 && value <= LONGEST_WAIT_MS)) {
    throw new TypeError(`heartbeat.${name}: expected milliseconds above 0, up to ${LONGEST_WAIT_MS}, `
      + `got ${shown(value)}`);
  }
}

/** JSON has no NaN and no Infinity. */
function shown(value) {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
