/**
 * Starling's JavaScript client: a browser tab (or a Node process) as an agent of the mesh.
 *
 *   import { QISBrowserAgent, fingerprintOf } from "/client/qis-browser-agent.js";
 *
 *   const about = fingerprintOf("rain in Berlin");
 *   const agent = new QISBrowserAgent("ws://localhost:3030/ws/qis", "me", about);
 *   agent.onIncomingOutcome = (packet, { similarity, replayed }) => console.log(packet.payload);
 *   agent.connect();
 *   const ack = await agent.emitOutcome("Rain until noon", 0.9);   // { status, routed_to, … }
 *
 * No dependency, no DOM: it needs a WebSocket (global in browsers and from Node 22 on; before that
 * Node needs one as `options.WebSocket`, such as that of the package `ws`), the other files of this
 * folder, which it imports from beside itself, and nothing else. Those are its parts, and may
 * change: import from here.
 *
 * What it promises. An outcome is sent at least once and carries an `outcome_id` of its own from
 * the start, so that the mesh can drop the second copy; whatever was not acknowledged when a socket
 * died goes out again, first and in emit order, once the agent is registered again. Its promise
 * always settles: with the mesh's acknowledgement, or with a QISError whose `code` says why and
 * whose `packet` is what was not sent. Nobody has to look at that promise: an ignored rejection is
 * not reported as unhandled.
 */

import { Backoff } from "./backoff.js";
import { Connection } from "./connection.js";
import {
  CLOSE_ABNORMAL, CLOSE_TOO_BIG, errorOf, FINAL_CLOSE, OUTCOME_REFUSALS, PASSING, QISError,
  REGISTER_REFUSALS,
} from "./errors.js";
import { guarded } from "./guarded.js";
import { Authentication } from "./mesh/authentication.js";
import { Pulse } from "./mesh/pulse.js";
import { withDefaults } from "./options.js";
import { newPacket, plainNumbers } from "./packet.js";
import { Recent } from "./recent.js";
import { Sender } from "./sender.js";

export { backoffDelay } from "./backoff.js";
export { QISError } from "./errors.js";
export { fingerprintOf } from "./fingerprint.js";
export { DEFAULTS } from "./options.js";

const OPEN = 1;

const CLOSE_AUTHENTICATION = 4000;

/** States in which the agent takes no outcomes, with the code and text their emitter is given. */
const ENDED = {
  closed: ["CLOSED", "The agent was closed"],
  stopped: ["STOPPED", "The agent has stopped"],
  moved: ["AGENT_MOVED", "Another session has taken this agent id over"],
};

/**
 * An agent of the mesh. Construct, set `onIncomingOutcome`, `connect()`.
 *
 * States (`state`, `onStateChange(state, { previous, url, code?, reason?, retryInMs?, error? })`):
 *   idle → connecting (authenticating too, where there is a token) → registering → registered;
 *   waiting: will reconnect by itself;
 *   moved: another session took this agent id; stopped: refused for good; closed: by `close()`.
 * From the last three, and from `waiting` at once, `connect()` starts again.
 */
export class QISBrowserAgent {
  /** Outcomes dropped because the queue was full. */
  droppedOutcomes = 0;

  #options;
  #state = "idle";
  #url = null;
  #urlIndex = 0;
  #backoff;
  #reconnect = null;
  #connection = null;
  #attempt = 0;
  #pulse = new Pulse();
  #authentication;
  #sender;
  #seen;
  #registration = 0;
  #position = null;

  /**
   * @param {string|string[]} serverUrl one gateway, or several to fail over between
   * @param {?string} agentId this agent's id; without one the mesh makes it, and it is set here
   * @param {?ArrayLike<number>} fingerprint what the agent is about: 1 to 4096 finite numbers
   * @param {object} [options] DEFAULTS, and: onRegistered(message), onAck(ack), onError(QISError),
   *     onStateChange(state, info), onAgentMoved(QISError), onDropped(packet, total), meta,
   *     profile (text the mesh embeds in place of a fingerprint), space, threshold, WebSocket,
   *     token (a string, or a function that gives one or its promise) and pubkey
   */
  constructor(serverUrl, agentId, fingerprint, options = {}) {
    this.serverUrl = serverUrl;
    this.agentId = agentId;
    this.fingerprint = fingerprint;
    this.ws = null;
    this.onIncomingOutcome = null;
    this.#options = withDefaults(options);
    this.#backoff = new Backoff(this.#options.backoff);
    this.#authentication =
      new Authentication(this.#options, this.#pulse, (error) => this.#report(qisError(error)));
    this.#sender = new Sender(this.#options, (packet) => this.#dropped(packet));
    this.#seen = new Recent(this.#options.seenLimit);
  }

  get state() {
    return this.#state;
  }

  /** The address in use, or last used; null before the first connect(). */
  get url() {
    return this.#url;
  }

  /** Outcomes not yet acknowledged, sent or not. */
  get pending() {
    return this.#sender.pending;
  }

  /** Connects and registers; from then on the connection looks after itself. Safe to repeat. */
  connect() {
    if (["connecting", "registering", "registered"].includes(this.#state)) return;
    clearTimeout(this.#reconnect);
    if (this.ws?.readyState === OPEN) {
      this.#register();
    } else {
      this.#open();
    }
  }

  /** Leaves the mesh and stays away. Outcomes without an answer are rejected with code CLOSED. */
  close() {
    if (this.#state === "closed") return;
    this.#end("closed", new QISError(...ENDED.closed));
  }

  /**
   * Emits an outcome under the agent's fingerprint. Before registration and while disconnected it
   * is kept.
   *
   * @param {*} payload anything JSON can carry
   * @param {number} [confidence] 0 to 1
   * @param {object} [fields] packet fields to add or replace: derived_from, hops, fingerprint, …
   * @returns {Promise<object>} the mesh's outcome_ack; rejects with a QISError
   */
  emitOutcome(payload, confidence = 0.85, fields = {}) {
    const { space } = this.#options;
    const packet = newPacket(payload, confidence, this.fingerprint, space, fields);
    return Object.hasOwn(ENDED, this.#state)
      ? this.#sender.decline(packet, new QISError(...ENDED[this.#state]))
      : this.#sender.emit(packet);
  }

  // ── connection ─────────────────────────────────────────────────────────────────────────────────

  #open() {
    this.#connection?.drop();
    const urls = [].concat(this.serverUrl);
    this.#url = urls[this.#urlIndex % urls.length];
    this.#connection = null;
    const attempt = ++this.#attempt;
    if (!this.#options.token) {
      this.#connect();
      return;
    }
    this.#setState("connecting");
    this.#authentication.forAddress().then(
      () => attempt === this.#attempt && this.#connect(),
      (error) => attempt === this.#attempt && this.#withoutToken(qisError(error)));
  }

  /** A token that could not be had may be had later; one that was refused will not do. */
  #withoutToken(error) {
    if (error.code !== "TOKEN_UNAVAILABLE") {
      this.#end("stopped", error);
      return;
    }
    error.retrying = true;
    this.#lost(CLOSE_ABNORMAL, error.message);
    this.#report(error);
  }

  #connect() {
    try {
      this.#connection = new Connection(this.#url, this.#options, {
        opened: () => this.#opened(),
        ping: this.#options.token ? () => this.#pulse.ping() : undefined,
        received: (message) => this.#received(message),
        lost: (code, reason) => this.#lost(code, reason),
      });
    } catch (cause) {
      const text = `Cannot connect to ${this.#url}: ${cause.message}`;
      this.#end("stopped", new QISError("INVALID_URL", text));
      return;
    }
    this.ws = this.#connection.ws;
    if (this.#state !== "connecting") this.#setState("connecting");
  }

  #opened() {
    if (!this.#options.token) {
      this.#register();
      return;
    }
    this.#authentication.show(this.#connection);
    this.#connection.expectAnswer(this.#options.connectTimeout, "not authenticated in time");
  }

  /** Also the answer to a token that was shown anew while the agent goes on. */
  #authenticated(message) {
    const isFirst = this.#state === "connecting";
    if (message.type !== "error") {
      this.#authentication.accepted(message, this.#connection);
      if (!isFirst) return;
      if (this.#options.heartbeat) this.#connection.send(this.#pulse.ping());
      this.#register();
    } else if (isFirst) {
      this.#end("stopped", errorOf(message));
    } else {
      this.#report(errorOf(message));
    }
  }

  #register() {
    const { meta, profile, space, threshold, resume, registerTimeout } = this.#options;
    const connection = this.#connection;
    this.#setState("registering");
    connection.send({
      type: "register",
      id: `register-${++this.#registration}`,
      agent_id: this.agentId ?? undefined,
      fingerprint: plainNumbers(this.fingerprint),
      meta,
      profile,
      space,
      threshold,
      resume: resume ? this.#position ?? undefined : undefined,
    });
    connection.expectAnswer(registerTimeout, "not registered in time");
  }

  /** The connection is of no more use, whoever noticed it first. */
  #lost(code, reason = "") {
    this.#disconnect();
    if (code === CLOSE_TOO_BIG) this.#sender.rejectLargest();
    const final = this.#finally(code, reason);
    if (final) {
      this.#end("stopped", final);
    } else if (this.#state === "moved") {
      this.#sender.takeAll().forEach((each) => each.reject(new QISError(...ENDED.moved)));
      this.#setState("moved", { code, reason });
    } else {
      const before = this.#state;
      this.#sender.recall();
      // What had no room was dropped, and whoever heard of it may have closed the agent.
      if (this.#state === before && !this.#connection) this.#reconnectLater(code, reason);
    }
  }

  /** The error where trying again cannot help, or null. */
  #finally(code, reason) {
    const refused = code === CLOSE_AUTHENTICATION;
    if (refused && this.#options.token) {
      const error = this.#authentication.refused(reason);
      return error && qisError(error);
    }
    const final = FINAL_CLOSE.get(code);
    return final
      ? new QISError(final[0], reason || final[1], { details: { code } })
      : null;
  }

  #reconnectLater(code, reason) {
    const addresses = [].concat(this.serverUrl).length;
    this.#urlIndex = (this.#urlIndex + 1) % addresses;
    const retryInMs = this.#backoff.next(addresses, code);
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(() => this.#open(), retryInMs);
    this.#setState("waiting", { code, reason, retryInMs });
  }

  #end(state, error) {
    this.#disconnect();
    clearTimeout(this.#reconnect);
    this.#backoff.reset();
    const abandoned = this.#sender.takeAll();
    this.#setState(state, { code: error.details?.code, reason: error.message, error });
    abandoned.forEach((delivery) => delivery.reject(new QISError(error.code, error.message)));
    if (state === "stopped") this.#report(error);
  }

  #disconnect() {
    this.#attempt++;
    this.#authentication.stop();
    this.#connection?.drop();
    this.#connection = null;
    this.ws = null;
    this.#sender.stop();
  }

  #dropped(packet) {
    this.droppedOutcomes++;
    this.#call("onDropped", packet, this.droppedOutcomes);
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────

  #received(message) {
    if (this.#authentication.answeredBy(message)) {
      this.#authenticated(message);
      return;
    }
    if (this.#pulse.answeredBy(message)) {
      this.#authentication.schedule(this.#connection);
      return;
    }
    switch (message.type) {
      case "incoming_outcome": return this.#incoming(message);
      case "outcome_ack": return this.#acknowledged(message);
      case "registered": return this.#registered(message);
      default: if (message.type === "error" || message.error) this.#complaint(message);
    }
  }

  #registered(message) {
    if (this.#state !== "registering") return;
    this.#connection.answered();
    this.#backoff.reset();
    this.agentId = message.agent_id ?? this.agentId;
    this.#position = message.position ?? this.#position;
    this.#sender.start(this.ws);
    this.#setState("registered");
    this.#call("onRegistered", message);
    this.#sender.flush();
  }

  #incoming({ packet, similarity, replayed, position }) {
    this.#position = position ?? this.#position;
    if (!packet || !this.#seen.add(packet.source_agent, packet.outcome_id)) return;
    guarded(this.onIncomingOutcome, this, packet, { similarity, replayed: replayed === true });
  }

  #acknowledged(message) {
    this.#sender.acknowledged(message);
    this.#call("onAck", message);
    this.#sender.flush();
  }

  #complaint(message) {
    const error = errorOf(message);
    if (error.code === "AGENT_MOVED") {
      this.#moved(error);
    } else if (this.#answersRegistration(message, error.code)) {
      this.#registrationRefused(error);
    } else {
      const delivery = this.#refusedDelivery(message, error.code);
      error.packet = delivery?.packet ?? null;
      error.retrying = delivery ? this.#sender.refuse(delivery, error) : false;
      this.#report(error);
    }
  }

  #answersRegistration(message, code) {
    if (this.#state !== "registering") return false;
    return message.id === `register-${this.#registration}`
      || (message.id === undefined && REGISTER_REFUSALS.has(code));
  }

  #refusedDelivery(message, code) {
    if (message.id !== undefined) return this.#sender.byId(message.id);
    const fits = !this.#connection.echoesIds && OUTCOME_REFUSALS.has(code);
    return fits ? this.#sender.oldest : null;
  }

  #registrationRefused(error) {
    if (!PASSING.has(error.code)) {
      this.#end("stopped", error);
      return;
    }
    error.retrying = true;
    this.#lost(CLOSE_ABNORMAL, error.message);
    this.#report(error);
  }

  /** Stays away on purpose: two clients that both came back would take turns for ever. */
  #moved(error) {
    this.#connection.answered();
    this.#sender.hold();
    this.#setState("moved", { error });
    for (const delivery of this.#sender.takeWaiting()) {
      delivery.reject(new QISError(error.code, error.message));
    }
    this.#call("onAgentMoved", error);
  }

  #setState(state, info = {}) {
    const previous = this.#state;
    this.#state = state;
    this.#call("onStateChange", state, { previous, url: this.#url, ...info });
  }

  #report(error) {
    if (this.#options.onError) {
      this.#call("onError", error);
    } else {
      console.warn(`[QIS] ${error.code}: ${error.message}`);
    }
  }

  #call(name, ...values) {
    guarded(this.#options[name], this, ...values);
  }
}

/** What went wrong with a token, as an agent says it. */
function qisError({ code, message, details, closeCode }) {
  return new QISError(code, message, {
    details: closeCode === undefined ? details : { code: closeCode, ...details },
  });
}

export default QISBrowserAgent;
