import { longerThan } from "../packet.js";
import { Timers } from "../timers.js";
import { errorOf, MeshError } from "./error.js";

const OPEN = 1;

/** Pause, in ms, while a socket holds too many unsent bytes: no event says when it is drained. */
const DRAIN_POLL_MS = 50;

/** What counts as an answer where nothing else is said: any message with the request's id. */
const ANY = (message) => message;

/**
 * Messages on their way: waiting for a connection, in order, or sent and not yet answered. Both
 * are bounded, by number and by time, and each promise settles. A message is sent once: what was
 * sent on a connection that was lost is rejected, since it may have taken effect.
 */
export class Requests {
  #options;
  #connection = null;
  #waiting = [];
  #sent = new Map();
  #timers = new Timers();
  #sequence = 0;

  constructor(options) {
    this.#options = options;
  }

  /** Messages without an answer, sent or not. */
  get pending() {
    return this.#waiting.length + this.#sent.size;
  }

  /**
   * Sends a message now or later, with an `id` of its own; the promise of its answer.
   *
   * @param {object} [how] answer(message): the answer, once the mesh's messages with this id make
   *     one, else undefined; null where the mesh answers with nothing but an error, and the promise
   *     is kept once the message is sent. latest: of waiting messages with the same `latest` only
   *     the newest is sent. first: ahead of those that wait
   */
  send(message, { answer = ANY, latest = null, first = false } = {}) {
    const request = { id: `${message.type}-${++this.#sequence}`, answer, latest, first };
    const promise = new Promise((resolve, reject) => Object.assign(request, { resolve, reject }));
    // A handler of our own: whoever ignores the promise must not meet an unhandled rejection.
    promise.catch(() => {});
    const refusal = this.#write(request, message);
    if (refusal) request.reject(refusal);
    else this.#enqueue(request);
    return promise;
  }

  /** Sends on this connection from now on. */
  start(connection) {
    this.#connection = connection;
    this.#flush();
  }

  /** The connection is gone. */
  stop() {
    this.#connection = null;
    this.#timers.clear("flush");
    this.#rejectSent("CONNECTION_LOST",
      "The connection was lost before the answer came: it may have taken effect or not");
  }

  /** There will be no connection any more. */
  rejectAll({ code, message, closeCode }) {
    this.#connection = null;
    this.#rejectSent(code, message, closeCode);
    for (const request of this.#waiting.splice(0)) {
      this.#settled(request).reject(new MeshError(code, message, { id: request.id, closeCode }));
    }
    this.#timers.clearAll();
  }

  /** Whether this message of the mesh is about a request, and no news to anybody else. */
  answeredBy(message) {
    const request = this.#sent.get(message.id);
    if (!request) return false;
    const failed = message.type === "error";
    const value = failed ? null : request.answer(message);
    if (value !== undefined) {
      this.#settled(request);
      if (failed) request.reject(errorOf(message));
      else request.resolve(value);
      this.#flush();
    }
    return true;
  }

  #write(request, message) {
    const { messageLimit } = this.#options;
    const about = { id: request.id };
    try {
      request.text = JSON.stringify({ ...message, id: request.id });
    } catch (cause) {
      return new MeshError("INVALID_MESSAGE", `The message is not JSON: ${cause.message}`, about);
    }
    return longerThan(request.text, messageLimit)
      ? new MeshError("TOO_LARGE", `The message is over ${messageLimit} bytes`, about)
      : null;
  }

  #enqueue(request) {
    this.#supersede(request);
    const { queueTimeout, queueLimit } = this.#options;
    if (request.first) this.#waiting.unshift(request);
    else this.#waiting.push(request);
    this.#timers.set(request.id, queueTimeout, () => this.#reject(request, "NOT_CONNECTED",
      `It could not be sent within ${queueTimeout} ms`));
    this.#flush();
    // What goes first is the client's own, and little: it must not cost itself or what waits.
    if (!request.first && this.#waiting.length > queueLimit) {
      this.#reject(this.#waiting[0], "DROPPED", `More than ${queueLimit} messages were waiting`);
    }
  }

  #supersede({ latest }) {
    const older = latest && this.#waiting.find((waiting) => waiting.latest === latest);
    if (older) this.#reject(older, "SUPERSEDED", "A newer value took its place before it was sent");
  }

  #flush() {
    while (this.#maySend()) this.#transmit(this.#waiting.shift());
    if (this.#connection && this.#waiting.length > 0 && this.#congested()) {
      this.#timers.set("flush", DRAIN_POLL_MS, () => this.#flush());
    }
  }

  #maySend() {
    return this.#waiting.length > 0 && this.#connection?.ws.readyState === OPEN
      && this.#sent.size < this.#options.inFlightLimit && !this.#congested();
  }

  #congested() {
    return this.#connection.ws.bufferedAmount > this.#options.highWater;
  }

  #transmit(request) {
    const { requestTimeout } = this.#options;
    this.#connection.ws.send(request.text);
    if (request.answer === null) {
      this.#settled(request).resolve();
      return;
    }
    this.#sent.set(request.id, request);
    this.#timers.set(request.id, requestTimeout, () => {
      this.#reject(request, "NO_ANSWER", `No answer within ${requestTimeout} ms`);
      this.#flush();
    });
  }

  #rejectSent(code, message, closeCode) {
    for (const request of [...this.#sent.values()]) {
      this.#settled(request).reject(new MeshError(code, message, { id: request.id, closeCode }));
    }
  }

  #reject(request, code, message) {
    this.#settled(request).reject(new MeshError(code, message, { id: request.id }));
  }

  #settled(request) {
    this.#timers.clear(request.id);
    this.#sent.delete(request.id);
    const at = this.#waiting.indexOf(request);
    if (at >= 0) this.#waiting.splice(at, 1);
    return request;
  }
}
