import { FINAL_CLOSE } from "../errors.js";
import { Arrivals, isZlib } from "./arrivals.js";
import { Authentication } from "./authentication.js";
import { Drags } from "./drags.js";
import { errorOf, MeshError } from "./error.js";
import { Link } from "./link.js";
import { addressOf } from "./options.js";
import { PositionReader } from "./positions.js";
import { Pulse } from "./pulse.js";
import { Requests } from "./requests.js";
import { Subscriptions } from "./subscriptions.js";

const CLOSE_AUTHENTICATION = 4000;

/** Events of the client itself, which no message of a server may pass for. */
const OWN_EVENTS = new Set(["state", "positions", "frame", "error", "message", "text"]);

/**
 * What a client has with the mesh, over one connection after the other: it is authenticated first,
 * then told what to send, and only then carries what the client asks.
 */
export class MeshSession {
  #options;
  #emitter;
  #pulse = new Pulse();
  #authentication;
  #arrivals = null;
  #positions;

  constructor(options, emitter) {
    this.#options = options;
    this.#emitter = emitter;
    this.requests = new Requests(options);
    this.subscriptions = new Subscriptions(this.requests, options.events ?? []);
    this.drags = new Drags(options);
    this.#positions = new PositionReader(options.protocol);
    this.#authentication =
      new Authentication(options, this.#pulse, (error) => this.#complain(error));
    this.link = new Link(options, {
      address: (url) => this.#address(url),
      opened: (connection) => this.#opened(connection),
      received: (message, text) => this.#arrivals.received(message, text),
      binary: (buffer) => this.#binary(buffer),
      ping: () => this.#pulse.ping(),
      lost: (code, reason) => this.#lost(code, reason),
      tokenless: (error) => this.#complain(error),
      healthy: () => this.#authentication.healthy(),
      state: (info) => this.#stateChanged(info),
    });
  }

  get roundTrip() {
    return this.#pulse.roundTrip;
  }

  async #address(url) {
    const token = await this.#authentication.forAddress();
    return addressOf(url, this.#options, token);
  }

  #opened(connection) {
    this.#positions.begin();
    this.#arrivals = new Arrivals(this.#options, {
      received: (message, text) => this.#current(connection) && this.#received(message, text),
      failed: (error) => this.#current(connection) && this.#complain(error),
    });
    if (!this.#options.token) {
      this.#ready();
      return;
    }
    if (this.#authentication.byMessage) this.#authentication.show(connection);
    connection.expectAnswer(this.#options.connectTimeout, "not authenticated in time");
  }

  #current(connection) {
    return this.link.connection === connection;
  }

  #ready() {
    const { connection } = this.link;
    if (this.#options.heartbeat) connection.send(this.#pulse.ping());
    this.drags.start(connection);
    this.subscriptions.restore((error) => this.#complain(error));
    this.requests.start(connection);
    this.link.ready();
  }

  #lost(code, reason) {
    this.#stop();
    this.requests.stop();
    if (code === CLOSE_AUTHENTICATION) return this.#authentication.refused(reason);
    const final = FINAL_CLOSE.get(code);
    return final ? new MeshError(final[0], reason || final[1], { closeCode: code }) : null;
  }

  #stop() {
    this.#authentication.stop();
    this.drags.stop();
    this.subscriptions.stop();
  }

  #stateChanged(info) {
    if (info.state === "closed") {
      this.#stop();
      this.requests.rejectAll(info.error);
      this.subscriptions.rejectAll(info.error);
    }
    this.#emitter.emit("state", info);
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────

  #received(message, text) {
    if (this.#authentication.answeredBy(message)) {
      this.#authenticated(message);
    } else if (this.#pulse.answeredBy(message)) {
      this.#authentication.schedule(this.link.connection);
    } else {
      this.#deliver(message, text);
      return;
    }
    this.#emitter.emit("message", message);
  }

  #authenticated(message) {
    const { connection, state } = this.link;
    if (message.type !== "error") {
      this.#authentication.accepted(message, connection);
      if (state !== "open") this.#ready();
      this.#emitter.emit("authenticated", message);
    } else {
      if (state !== "open") this.link.giveUp(message.message);
      this.#complain(errorOf(message));
    }
  }

  #deliver(message, text) {
    const claimed = this.requests.answeredBy(message);
    this.#emitter.emit("message", message);
    if (!claimed || message.type !== "subscribed") this.#emitter.emit("text", text);
    if (message.type === "error" || message.error) {
      if (!claimed) this.#complain(errorOf(message));
    } else if (!OWN_EVENTS.has(message.type)) {
      this.#emitter.emit(message.type, message);
    }
  }

  #binary(buffer) {
    if (this.#options.compression === "zlib" && isZlib(buffer)) {
      this.#arrivals.compressed(buffer);
      return;
    }
    this.#emitter.emit("frame", buffer);
    // Each frame of protocol 3 builds on the one before, heard or not.
    if (this.#options.protocol !== 3 && !this.#emitter.has("positions")) return;
    let frame;
    try {
      frame = this.#positions.read(buffer);
    } catch (error) {
      this.#complain(error);
    }
    if (frame) this.#emitter.emit("positions", frame);
  }

  #complain(error) {
    if (this.#emitter.has("error")) this.#emitter.emit("error", error);
    else console.warn(`[mesh] ${error.code}: ${error.message}`);
  }
}
