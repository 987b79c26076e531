import { backoffDelay } from "./backoff.js";
import { PASSING, QISError } from "./errors.js";
import { Delivery, Outbox } from "./outbox.js";
import { longerThan } from "./packet.js";
import { now, Timers } from "./timers.js";

const OPEN = 1;

/** Pause, in ms, while a socket holds too many unsent bytes: no event says when it is drained. */
const DRAIN_POLL_MS = 50;

/**
 * Sends outcomes while there is a socket to send them on, as fast as the mesh takes them, and keeps
 * them while there is none; again those that got no answer, or a refusal that passes by itself.
 */
export class Sender {
  #options;
  #onDropped;
  #outbox = new Outbox();
  #timers = new Timers();
  #sequence = 0;
  #ws = null;
  #pausedUntil = 0;

  /**
   * @param {object} options ackTimeout, queueLimit, inFlightLimit, attempts, highWater,
   *     messageLimit, backoff
   * @param {function} onDropped told the packet of each outcome that found no room
   */
  constructor(options, onDropped) {
    this.#options = options;
    this.#onDropped = onDropped;
  }

  /** Outcomes without an answer, sent or not. */
  get pending() {
    return this.#outbox.size;
  }

  /** Of the outcomes that are sent and not answered the first, or null. */
  get oldest() {
    return this.#outbox.oldest;
  }

  /** The outcome that was sent under this message id and is not answered, or null. */
  byId(id) {
    return this.#outbox.byId(id);
  }

  /** Sends the packet now or later; the promise of its ack. */
  emit(packet) {
    const delivery = this.#delivery(packet);
    const refusal = this.#write(delivery);
    if (refusal) {
      delivery.reject(refusal);
    } else {
      this.#outbox.add(delivery);
      this.flush();
      this.#dropExcess();
    }
    return delivery.promise;
  }

  /** Does not send the packet; the promise that says why. */
  decline(packet, error) {
    const delivery = this.#delivery(packet);
    delivery.reject(error);
    return delivery.promise;
  }

  #delivery(packet) {
    return new Delivery(++this.#sequence, packet);
  }

  #write(delivery) {
    const { messageLimit } = this.#options;
    try {
      delivery.text = JSON.stringify({ type: "outcome", id: delivery.id, packet: delivery.packet });
    } catch (cause) {
      return new QISError("INVALID_MESSAGE", `The payload is not JSON: ${cause.message}`);
    }
    return longerThan(delivery.text, messageLimit)
      ? new QISError("TOO_LARGE", `The outcome is over ${messageLimit} bytes`)
      : null;
  }

  // ── the socket comes and goes ──────────────────────────────────────────────────────────────────

  /** Sends on this socket from the next flush() on. */
  start(ws) {
    this.#ws = ws;
  }

  /** Sends no more; what was sent on the living socket still gets its answer. */
  hold() {
    this.#ws = null;
    this.#timers.clear("flush");
  }

  /** The socket is gone. */
  stop() {
    this.hold();
    this.#timers.clear("acks");
    this.#pausedUntil = 0;
  }

  /** Keeps what was sent and not answered, to be sent again; the oldest go where it is too many. */
  recall() {
    this.#outbox.landAll();
    this.#dropExcess();
  }

  /** Hands over all outcomes without an answer. */
  takeAll() {
    return this.#outbox.takeAll();
  }

  /** Hands over the outcomes that were not sent. */
  takeWaiting() {
    return this.#outbox.takeWaiting();
  }

  // ── sending ────────────────────────────────────────────────────────────────────────────────────

  /** Sends what may be sent now, and arranges to come back for the rest. */
  flush() {
    while (this.#mayFly()) this.#send(this.#outbox.next());
    if (!this.#ws || this.#outbox.waiting === 0) return;
    const pause = this.#pausedUntil - now();
    if (pause > 0 || this.#congested()) {
      this.#timers.set("flush", Math.max(pause, DRAIN_POLL_MS), () => this.flush());
    }
  }

  #mayFly() {
    return this.#outbox.waiting > 0 && this.#ws?.readyState === OPEN
      && this.#outbox.flying < this.#options.inFlightLimit
      && now() >= this.#pausedUntil && !this.#congested();
  }

  #congested() {
    return this.#ws.bufferedAmount > this.#options.highWater;
  }

  #send(delivery) {
    delivery.attempts++;
    delivery.sentAt = now();
    this.#outbox.launch(delivery);
    this.#ws.send(delivery.text);
    if (!this.#timers.has("acks")) this.#watchAcks(this.#options.ackTimeout);
  }

  #watchAcks(delay) {
    this.#timers.set("acks", delay, () => {
      const limit = this.#options.ackTimeout;
      for (const overdue of this.#outbox.flyingSince(now() - limit)) {
        this.refuse(overdue, new QISError("TIMEOUT", `No answer within ${limit} ms`));
      }
      const { oldest } = this;
      if (oldest) this.#watchAcks(Math.max(1, oldest.sentAt + limit - now()));
    });
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  acknowledged(ack) {
    const delivery = this.#outbox.answeredBy(ack);
    if (!delivery) return;
    this.#outbox.land(delivery);
    delivery.resolve(ack);
  }

  /** Tries an outcome again where that can help (true), else gives its emitter the reason. */
  refuse(delivery, error) {
    this.#outbox.land(delivery);
    const again = PASSING.has(error.code) && delivery.attempts < this.#options.attempts
      && this.#ws !== null;
    if (again) {
      const wait = Math.max(Number(error.details?.retryAfterMs) || 0,
        backoffDelay(delivery.attempts - 1, this.#options.backoff));
      this.#pausedUntil = Math.max(this.#pausedUntil, now() + wait);
      this.#outbox.putBack(delivery);
    } else {
      delivery.reject(error);
    }
    this.flush();
    return again;
  }

  /** Sent again, the message that was too large would close every connection to come. */
  rejectLargest() {
    const largest = this.#outbox.largestFlying();
    if (!largest) return;
    this.#outbox.land(largest);
    largest.reject(new QISError("TOO_LARGE", "The mesh refused the message's size"));
  }

  #dropExcess() {
    for (const delivery of this.#outbox.trim(this.#options.queueLimit)) {
      const text = `More than ${this.#options.queueLimit} outcomes were waiting`;
      delivery.reject(new QISError("DROPPED", text));
      this.#onDropped(delivery.packet);
    }
  }
}
