import { LONGEST_WAIT_MS, Timers } from "../timers.js";
import { MeshError } from "./error.js";

/** New tokens refused in a row before it is plain that no token will do. */
const REFUSALS_IN_A_ROW = 3;

const SHORTEST_WAIT_MS = 1000;

/** A token that could not be renewed is asked for again after so many ms, while the old one lasts. */
const RENEW_AGAIN_MS = 5000;

/** Shows the mesh who this client is, and again before the token expires. */
export class Authentication {
  #options;
  #pulse;
  #onError;
  #timers = new Timers();
  #token = null;
  #refused = null;
  #refusals = 0;
  #sequence = 0;
  #expiresAt = null;
  #margin = null;

  constructor(options, pulse, onError) {
    this.#options = options;
    this.#pulse = pulse;
    this.#onError = onError;
  }

  /** Whether the first message of a connection is to be `auth`. */
  get byMessage() {
    const { token, authentication } = this.#options;
    return Boolean(token) && authentication === "message";
  }

  /** The token for the address of the next connection, where it travels there. */
  async forAddress() {
    if (!this.#options.token) return undefined;
    this.#token = await this.#fetch();
    return this.byMessage ? undefined : this.#token;
  }

  /** Sends the token; the mesh answers with `authenticated`, or closes with 4000. */
  show(connection) {
    const { pubkey } = this.#options;
    connection.send({ type: "auth", id: `auth-${++this.#sequence}`, token: this.#token, pubkey });
  }

  /** Whether a message answers the last show(). */
  answeredBy({ type, id }) {
    if (!this.#options.token) return false;
    return type === "authenticated" || (type === "error" && id === `auth-${this.#sequence}`);
  }

  /** The mesh knows who this is, until `expiresAt` (ms since 1970, or null). */
  accepted({ expiresAt }, connection) {
    this.#refusals = 0;
    this.#expiresAt = Number.isFinite(expiresAt) ? expiresAt : null;
    this.#margin = null;
    // Before the first pong a wrong clock here could ask for one token after the other.
    if (this.#pulse.roundTrip !== null || !this.#options.heartbeat) this.schedule(connection);
  }

  /** Plans the renewal by the mesh's clock, as well as it is known by now. */
  schedule(connection) {
    const { token, renewBefore } = this.#options;
    if (this.#expiresAt === null || typeof token !== "function") return;
    const left = Math.max(0, this.#expiresAt - this.#pulse.serverNow());
    this.#margin ??= Math.min(renewBefore, left / 2);
    const wait = Math.max(left - this.#margin, SHORTEST_WAIT_MS);
    this.#timers.set("renew", Math.min(wait, LONGEST_WAIT_MS), () => this.#renew(connection));
  }

  /** The connection has served for a while: its token was taken, said or not. */
  healthy() {
    this.#refusals = 0;
  }

  /** The connection is gone. */
  stop() {
    this.#timers.clearAll();
    this.#expiresAt = null;
  }

  /** After close code 4000: the error where another token cannot be had, else null. */
  refused(reason) {
    this.#refused = this.#token;
    const again = typeof this.#options.token === "function"
      && ++this.#refusals < REFUSALS_IN_A_ROW;
    if (again) return null;
    this.#refusals = 0;
    return refusal(reason);
  }

  async #renew(connection) {
    if (this.#expiresAt - this.#pulse.serverNow() > LONGEST_WAIT_MS / 2) {
      this.schedule(connection);
      return;
    }
    const expiring = this.#expiresAt;
    try {
      const token = await this.#fetch();
      if (this.#expiresAt !== expiring) return;
      this.#token = token;
      this.show(connection);
    } catch (error) {
      if (this.#expiresAt !== expiring) return;
      this.#timers.set("renew", RENEW_AGAIN_MS, () => this.#renew(connection));
      this.#onError(error);
    }
  }

  async #fetch() {
    const { token } = this.#options;
    const fresh = typeof token === "function" ? tokenIn(await this.#called(token)) : token;
    if (typeof token === "function" && fresh === this.#refused) {
      throw refusal("token() gave the token again that the mesh has refused");
    }
    return fresh;
  }

  async #called(token) {
    const limit = this.#options.connectTimeout;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no token within ${limit} ms`)), limit);
    });
    try {
      return await Promise.race([token(), late]);
    } catch (cause) {
      throw unavailable(cause?.message ?? cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Where there is none yet, there may be one later; what is no string will never be one. */
function tokenIn(given) {
  if (typeof given === "string" && given) return given;
  if (given !== "" && given !== null && given !== undefined) {
    throw new MeshError("INVALID_TOKEN", `token(): expected a string, got ${typeof given}`);
  }
  throw unavailable(`expected a string, got ${given === "" ? "an empty one" : given}`);
}

function unavailable(why) {
  return new MeshError("TOKEN_UNAVAILABLE", `token() failed: ${why}`);
}

function refusal(reason) {
  const text = reason || "The mesh refused the token";
  return new MeshError("AUTHENTICATION", text, { details: causeOf(text), closeCode: 4000 });
}

/** What is behind the colon of a close reason, such as `expired`; null where there is none. */
function causeOf(text) {
  const cause = /^authentication failed: (.+)$/.exec(text)?.[1];
  return cause ? { reason: cause } : null;
}
