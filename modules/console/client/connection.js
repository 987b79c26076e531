import { CLOSE_ABNORMAL } from "./errors.js";
import { now, Timers } from "./timers.js";

/**
 * One socket to one gateway: given up where it does not open or answer in time, kept alive by
 * pings, and lost once, whoever notices first.
 */
export class Connection {
  /** Whether the server repeats the `id` of a message, as the reference's does not. */
  echoesIds = false;

  #options;
  #on;
  #timers = new Timers();
  #dropped = false;
  #lastHeard = 0;
  #pingsUnanswered = 0;
  #left = ({ persisted }) => persisted && this.#lose(CLOSE_ABNORMAL, "the page was left");

  /**
   * Connects; throws where `url` is none.
   *
   * @param {object} options WebSocket, connectTimeout, heartbeat
   * @param {object} on opened(), received(message, text), lost(code, reason), binary(buffer) and
   *     ping() where it has them, and nothing after drop()
   */
  constructor(url, options, on) {
    const ws = new options.WebSocket(url);
    ws.binaryType = "arraybuffer";
    this.ws = ws;
    this.#options = options;
    this.#on = on;
    ws.onopen = () => this.#opened();
    ws.onmessage = (event) => this.#received(event.data);
    ws.onclose = (event) => this.#lose(event.code, event.reason);
    // A browser fires close, with its code, right after error; some other implementations never do.
    ws.onerror = () => this.#loseAfter(0, "error", "connection failed");
    this.expectAnswer(options.connectTimeout, "no connection in time");
    // A browser may keep a page that was left, frozen, and its socket open: nobody reads it then.
    globalThis.addEventListener?.("pagehide", this.#left);
  }

  send(message) {
    this.ws.send(JSON.stringify(message));
  }

  /** Gives the connection up for `reason`, unless answered() comes within `delay`. */
  expectAnswer(delay, reason) {
    this.#loseAfter(delay, "answer", reason);
  }

  answered() {
    this.#timers.clear("answer");
  }

  /** Lets go of the socket at once: a closing handshake with a dead peer can take minutes. */
  drop() {
    const { ws } = this;
    this.#dropped = true;
    this.#timers.clearAll();
    globalThis.removeEventListener?.("pagehide", this.#left);
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.onerror = () => {};
    ws.close();
  }

  #opened() {
    this.#lastHeard = now();
    const { heartbeat } = this.#options;
    if (heartbeat) this.#timers.set("heartbeat", heartbeat.interval, () => this.#beat());
    this.#on.opened();
  }

  #received(data) {
    this.#lastHeard = now();
    this.#pingsUnanswered = 0;
    if (typeof data !== "string") {
      this.#on.binary?.(data);
      return;
    }
    const message = parse(data);
    if (message?.id !== undefined) this.echoesIds = true;
    if (message) this.#on.received(message, data);
  }

  #beat() {
    const { interval, timeout } = this.#options.heartbeat;
    const silence = now() - this.#lastHeard;
    // Two unanswered pings besides the time: a tab that slept must not blame the server for it.
    if (silence >= timeout && this.#pingsUnanswered >= 2) {
      this.#lose(CLOSE_ABNORMAL, "nothing heard in time");
      return;
    }
    this.send(this.#on.ping?.() ?? { type: "ping", id: "ping" });
    this.#pingsUnanswered++;
    const next = silence < timeout ? Math.min(interval, timeout - silence) : interval;
    this.#timers.set("heartbeat", next, () => this.#beat());
  }

  #loseAfter(delay, timer, reason) {
    this.#timers.set(timer, delay, () => this.#lose(CLOSE_ABNORMAL, reason));
  }

  #lose(code, reason) {
    if (!this.#dropped) this.#on.lost(code, reason);
  }
}

/** The JSON object that a text is, or null. */
export function parse(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
