import { CLOSE_RATE_LIMITED } from "./errors.js";

/** After a rate-limit close the back-off starts this many doublings up, clear of the same limit. */
const RATE_LIMITED_ROUND = 4;

/** How long to wait after each failure in a row. */
export class Backoff {
  #options;
  #failures = 0;

  constructor(options) {
    this.#options = options;
  }

  /** The wait in milliseconds after one more failure; it grows when all `addresses` have failed. */
  next(addresses, closeCode) {
    let round = Math.floor(this.#failures++ / addresses);
    if (closeCode === CLOSE_RATE_LIMITED) round = Math.max(round, RATE_LIMITED_ROUND);
    return backoffDelay(round, this.#options);
  }

  reset() {
    this.#failures = 0;
  }
}

/**
 * The wait before attempt `n` + 1 (n from 0) in milliseconds: even between `base` and min(max, base ·
 * 2^(n+1)), so that the agents of a gateway that died do not come back all at once.
 */
export function backoffDelay(n, { base, max, random }) {
  const longest = Math.min(max, base * 2 ** Math.min(n + 1, 30));
  return base + random() * (longest - base);
}
