import { guarded } from "../guarded.js";

/** Listeners by the name of what they listen to. */
export class Emitter {
  #listeners = new Map();

  /** Calls `listener` for each; the function that ends it. */
  on(name, listener) {
    if (typeof listener !== "function") {
      throw new TypeError(`on("${name}", …): expected a function, got ${typeof listener}`);
    }
    const entry = { listener };
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(entry);
    return () => this.#remove(name, entry);
  }

  /** Calls `listener` for the next one only. */
  once(name, listener) {
    const off = this.on(name, (value) => {
      off();
      listener(value);
    });
    return off;
  }

  has(name) {
    return this.#listeners.has(name);
  }

  emit(name, value) {
    for (const { listener } of [...this.#listeners.get(name) ?? []]) guarded(listener, null, value);
  }

  #remove(name, entry) {
    const entries = this.#listeners.get(name);
    entries?.delete(entry);
    if (entries?.size === 0) this.#listeners.delete(name);
  }
}
