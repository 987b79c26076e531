/** The longest wait that setTimeout keeps: a longer one would be over at once. */
export const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Timers by name: setting one again replaces it. */
export class Timers {
  #handles = new Map();

  has(name) {
    return this.#handles.has(name);
  }

  set(name, delay, task) {
    this.clear(name);
    this.#handles.set(name, setTimeout(() => {
      this.#handles.delete(name);
      task();
    }, delay));
  }

  clear(name) {
    clearTimeout(this.#handles.get(name));
    this.#handles.delete(name);
  }

  clearAll() {
    [...this.#handles.keys()].forEach((name) => this.clear(name));
  }
}

/** Milliseconds on a clock that never goes back. */
export function now() {
  return performance.now();
}
