/** The last `limit` outcomes received, by source and id. */
export class Recent {
  #limit;
  #keys = new Set();

  constructor(limit) {
    this.#limit = limit;
  }

  /** Remembers it; false if it was known already. An outcome without an id is always new. */
  add(source, id) {
    if (id === undefined || id === null) return true;
    const key = JSON.stringify([source, id]);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > this.#limit) this.#keys.delete(this.#keys.values().next().value);
    return true;
  }
}
