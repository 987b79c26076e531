/** What the mesh complains about, by code, and what a code means for trying again. */

/** Why an outcome was not delivered, or what the mesh complained about. */
export class QISError extends Error {
  constructor(code, message, { details = null, packet = null, retrying = false } = {}) {
    super(message);
    this.name = "QISError";
    /**
     * A code of the mesh, or one of this client: CLOSED, STOPPED, DROPPED, TOO_LARGE, INVALID_URL,
     * AUTHENTICATION, TOKEN_UNAVAILABLE, INVALID_TOKEN, MALFORMED; ERROR where a server gave none.
     */
    this.code = code;
    this.details = details;
    /** The outcome's packet, where the error is about an outcome. */
    this.packet = packet;
    /** True where the client tries again by itself. */
    this.retrying = retrying;
  }
}

/** The error that a complaint of the mesh is, also of a server that gives no codes. */
export function errorOf({ message, error, code, details }) {
  const text = message ?? String(error ?? "");
  const guess = text === CODELESS_NOT_REGISTERED ? "NOT_REGISTERED" : "ERROR";
  return new QISError(code ?? guess, text, { details: details ?? null });
}

/** Refusals that pass by themselves: the outcome or registration is tried again, same ids. */
export const PASSING = new Set(["RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"]);

/** Refusals that can answer an outcome; used only for servers that do not repeat `id`. */
export const OUTCOME_REFUSALS = new Set([
  ...PASSING, "NOT_REGISTERED", "INVALID_FINGERPRINT", "INVALID_CONFIDENCE", "INVALID_MESSAGE",
]);

/** Refusals that can answer a registration; used only for servers that do not repeat `id`. */
export const REGISTER_REFUSALS = new Set([
  ...PASSING, "AGENT_ID_TAKEN", "INVALID_FINGERPRINT", "INVALID_MESSAGE", "FORBIDDEN",
]);

/** The one error text of a code-less server that answers an outcome. */
const CODELESS_NOT_REGISTERED = "register before depositing outcomes";

/** Close codes after which trying again cannot help. */
export const FINAL_CLOSE = new Map([
  [4000, ["AUTHENTICATION", "The mesh refused the credentials"]],
  [4002, ["MALFORMED", "The mesh closed the connection because of malformed messages"]],
]);
export const CLOSE_TOO_BIG = 1009;
export const CLOSE_RATE_LIMITED = 4001;
export const CLOSE_ABNORMAL = 1006;
