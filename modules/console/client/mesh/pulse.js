import { now } from "../timers.js";

/** What the pings of a connection tell: how long the way is, and how the mesh's clock goes. */
export class Pulse {
  /** Milliseconds from the last ping to its answer; null before the first. */
  roundTrip = null;

  #sequence = 0;
  #sentAt = 0;
  #offset = 0;

  /** The next ping. */
  ping() {
    this.#sentAt = now();
    return { type: "ping", id: this.#id(++this.#sequence), timestamp: Date.now() };
  }

  /** Whether a message answers the last ping; what it tells is kept. */
  answeredBy({ type, id, serverTime }) {
    if (type !== "pong" || id !== this.#id(this.#sequence)) return false;
    this.roundTrip = now() - this.#sentAt;
    if (Number.isFinite(serverTime)) {
      this.#offset = serverTime + this.roundTrip / 2 - Date.now();
    }
    return true;
  }

  /** The mesh's clock, in milliseconds since 1970, as well as it is known. */
  serverNow() {
    return Date.now() + this.#offset;
  }

  #id(sequence) {
    return `heartbeat-${sequence}`;
  }
}
