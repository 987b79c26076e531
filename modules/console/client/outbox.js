/** One outcome on its way: its packet, its message, and the promise its emitter holds. */
export class Delivery {
  text = "";
  attempts = 0;
  sentAt = 0;

  constructor(sequence, packet) {
    this.sequence = sequence;
    this.id = `outcome-${sequence}`;
    this.packet = packet;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.fail = reject;
    });
    // A handler of our own: whoever ignores the promise must not meet an unhandled rejection.
    this.promise.catch(() => {});
  }

  reject(error) {
    error.packet = this.packet;
    this.fail(error);
  }
}

/** Outcomes without an answer: waiting in emit order, and flying (sent) in the order of sending. */
export class Outbox {
  #waiting = [];
  #flying = new Map();

  get waiting() {
    return this.#waiting.length;
  }

  get flying() {
    return this.#flying.size;
  }

  get size() {
    return this.waiting + this.flying;
  }

  get oldest() {
    return this.#flying.values().next().value ?? null;
  }

  add(delivery) {
    this.#waiting.push(delivery);
  }

  next() {
    return this.#waiting.shift();
  }

  launch(delivery) {
    this.#flying.set(delivery.id, delivery);
  }

  land(delivery) {
    this.#flying.delete(delivery.id);
  }

  byId(id) {
    return this.#flying.get(id) ?? null;
  }

  /** By id where the server repeats it, else by the outcome's own id; the oldest fits first. */
  answeredBy({ id, outcome_id: outcomeId }) {
    if (id !== undefined) return this.byId(id);
    for (const delivery of this.#flying.values()) {
      if (delivery.packet.outcome_id === outcomeId) return delivery;
    }
    return null;
  }

  flyingSince(time) {
    return [...this.#flying.values()].filter((delivery) => delivery.sentAt <= time);
  }

  largestFlying() {
    let largest = null;
    for (const delivery of this.#flying.values()) {
      if (!largest || delivery.text.length > largest.text.length) largest = delivery;
    }
    return largest;
  }

  /** Back among the waiting, in its old place. */
  putBack(delivery) {
    const at = this.#waiting.findIndex((other) => other.sequence > delivery.sequence);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, delivery);
  }

  landAll() {
    this.#waiting.push(...this.#flying.values());
    this.#waiting.sort((a, b) => a.sequence - b.sequence);
    this.#flying.clear();
  }

  trim(limit) {
    return this.#waiting.splice(0, Math.max(0, this.#waiting.length - limit));
  }

  takeWaiting() {
    return this.#waiting.splice(0);
  }

  takeAll() {
    this.landAll();
    return this.takeWaiting();
  }
}
