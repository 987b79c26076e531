import { Backoff } from "../backoff.js";
import { Connection } from "../connection.js";
import { CLOSE_ABNORMAL } from "../errors.js";
import { Timers } from "../timers.js";
import { MeshError } from "./error.js";

/** Close codes of a gateway that serves nobody any more: the next one can be tried at once. */
const GOES_AWAY = new Set([1001, 1012]);

/** A connection to one of several gateways that comes back, with a back-off, until it is ended. */
export class Link {
  #options;
  #on;
  #backoff;
  #timers = new Timers();
  #state = "closed";
  #connection = null;
  #attempt = 0;
  #urlIndex = 0;
  #movedOn = 0;

  /**
   * @param {object} options urls, backoff, healthyAfter, and Connection's
   * @param {object} on address(url): what to open, or its promise; opened(connection);
   *     received(message, text); binary(buffer); ping(); lost(code, reason): an error where trying
   *     again cannot help; tokenless(error): there is no token yet, and it tries again; healthy():
   *     it has served for a while; state(info)
   */
  constructor(options, on) {
    this.#options = options;
    this.#on = on;
    this.#backoff = new Backoff(options.backoff);
  }

  get state() {
    return this.#state;
  }

  /** The gateway in use, or tried now or next, as it was given. */
  get url() {
    return this.#options.urls[this.#urlIndex];
  }

  /** The connection, open or opening, or null. */
  get connection() {
    return this.#connection;
  }

  start() {
    if (this.#state !== "closed") return;
    this.#setState("connecting");
    this.#open();
  }

  /** The connection serves from now on. */
  ready() {
    this.#connection.answered();
    this.#timers.set("healthy", this.#options.healthyAfter, () => {
      this.#startAnew();
      this.#on.healthy();
    });
    this.#setState("open");
  }

  /** Gives the connection up, as if its socket had closed. */
  giveUp(reason) {
    this.#lost(CLOSE_ABNORMAL, reason);
  }

  /** Ends it for good, or until start(). */
  end(error) {
    if (this.#state === "closed") return;
    this.#letGo();
    this.#startAnew();
    this.#setState("closed", { code: error.closeCode, reason: error.message, error });
  }

  async #open() {
    const attempt = ++this.#attempt;
    let address;
    try {
      address = await this.#on.address(this.url);
    } catch (error) {
      if (attempt === this.#attempt) this.#unaddressed(error);
      return;
    }
    if (attempt === this.#attempt) this.#connect(address);
  }

  /** An address that is none stays so; a token may be had later. */
  #unaddressed(error) {
    if (error.code !== "TOKEN_UNAVAILABLE") {
      this.end(error);
      return;
    }
    this.giveUp(error.message);
    this.#on.tokenless(error);
  }

  #connect(address) {
    try {
      this.#connection = new Connection(address, this.#options, {
        opened: () => this.#on.opened(this.#connection),
        received: (message, text) => this.#on.received(message, text),
        binary: (buffer) => this.#on.binary(buffer),
        ping: () => this.#on.ping(),
        lost: (code, reason) => this.#lost(code, reason),
      });
    } catch (cause) {
      // The address may hold a token, which is nobody's to read in a log.
      const why = cause.message.replaceAll(address, this.url);
      this.end(new MeshError("INVALID_URL", `Cannot connect to ${this.url}: ${why}`));
    }
  }

  #lost(code, reason = "") {
    this.#letGo();
    const final = this.#on.lost(code, reason);
    // Whoever heard of the loss may have ended the link.
    if (this.#state === "closed") return;
    if (final) this.end(final);
    else this.#retry(code, reason);
  }

  #retry(code, reason) {
    const { urls } = this.#options;
    const atOnce = GOES_AWAY.has(code) && ++this.#movedOn < urls.length;
    const retryInMs = atOnce ? 0 : this.#backoff.next(urls.length, code);
    this.#urlIndex = (this.#urlIndex + 1) % urls.length;
    this.#timers.set("retry", retryInMs, () => this.#open());
    this.#setState("reconnecting", { code, reason, retryInMs });
  }

  #letGo() {
    this.#attempt++;
    this.#timers.clearAll();
    this.#connection?.drop();
    this.#connection = null;
  }

  #startAnew() {
    this.#backoff.reset();
    this.#movedOn = 0;
  }

  #setState(state, info = {}) {
    const previous = this.#state;
    this.#state = state;
    this.#on.state({ state, previous, url: this.url, ...info });
  }
}
