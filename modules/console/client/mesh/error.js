/** Why something was not done: the mesh refused it, or this client could not bring it there. */
export class MeshError extends Error {
  constructor(code, message, { details = null, id, closeCode } = {}) {
    super(message);
    this.name = "MeshError";
    /**
     * A code of the mesh (FORBIDDEN, INVALID_SETTING, TIMEOUT, …), ERROR where a server gave none,
     * or one of this client: CLOSED, AUTHENTICATION, MALFORMED, INVALID_URL, INVALID_MESSAGE,
     * TOO_LARGE, NOT_CONNECTED, CONNECTION_LOST, NO_ANSWER, DROPPED, SUPERSEDED,
     * TOKEN_UNAVAILABLE, INVALID_TOKEN, INVALID_FRAME, FRAME_GAP.
     */
    this.code = code;
    this.details = details;
    /** The `id` of the message that it answers, where it answers one. */
    this.id = id;
    /** The code that the socket was closed with, where it is about that. */
    this.closeCode = closeCode;
  }
}

/** The error that an `error` message of the mesh is. */
export function errorOf({ code, message, error, details, id }) {
  return new MeshError(code ?? "ERROR", message ?? String(error ?? ""), { details, id });
}
