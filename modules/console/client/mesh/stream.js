/**
 * What is emitted under a name, for `for await`. Values that come faster than they are read are
 * kept, up to a limit; then the oldest gives way, and `dropped` counts it.
 */
export class EventStream {
  dropped = 0;

  #kept = [];
  #limit;
  #readers = [];
  #off;

  constructor(emitter, name, limit) {
    this.#limit = limit;
    const offs = [
      emitter.on(name, (value) => this.#push(value)),
      emitter.on("state", ({ state }) => state === "closed" && this.return()),
    ];
    this.#off = () => offs.forEach((off) => off());
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.#kept.length > 0) return Promise.resolve({ value: this.#kept.shift(), done: false });
    if (!this.#off) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** Ends it: `break` does that in a loop, and so does the client's close(). */
  return() {
    this.#off?.();
    this.#off = null;
    this.#readers.splice(0).forEach((resolve) => resolve({ value: undefined, done: true }));
    return Promise.resolve({ value: undefined, done: true });
  }

  #push(value) {
    const reader = this.#readers.shift();
    if (reader) {
      reader({ value, done: false });
      return;
    }
    this.#kept.push(value);
    if (this.#kept.length > this.#limit) {
      this.#kept.shift();
      this.dropped++;
    }
  }
}
