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
 * No dependency, no DOM: it needs a WebSocket (global, or given as `options.WebSocket`) and nothing
 * else.
 *
 * What it promises. An outcome is sent at least once and carries an `outcome_id` of its own from
 * the start, so that the mesh can drop the second copy; whatever was not acknowledged when a socket
 * died goes out again, first and in emit order, once the agent is registered again. Its promise
 * always settles: with the mesh's acknowledgement, or with a QISError whose `code` says why and
 * whose `packet` is what was not sent. Nobody has to look at that promise: an ignored rejection is
 * not reported as unhandled.
 */

const OPEN = 1;
const MIB = 1 << 20;

/** Pause, in ms, while a socket holds too many unsent bytes: no event says when it is drained. */
const DRAIN_POLL_MS = 50;

/** Close codes after which trying again cannot help. */
const FINAL_CLOSE = new Map([
  [4000, ["AUTHENTICATION", "The mesh refused the credentials"]],
  [4002, ["MALFORMED", "The mesh closed the connection because of malformed messages"]],
]);
const CLOSE_TOO_BIG = 1009;
const CLOSE_RATE_LIMITED = 4001;
const CLOSE_ABNORMAL = 1006;

/** After a rate-limit close the back-off starts this many doublings up, clear of the same limit. */
const RATE_LIMITED_ROUND = 4;

/** Refusals that pass by themselves: the outcome or registration is tried again, same ids. */
const PASSING = new Set(["RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"]);

/** Refusals that can answer an outcome; used only for servers that do not repeat `id`. */
const OUTCOME_REFUSALS = new Set([
  ...PASSING, "NOT_REGISTERED", "INVALID_FINGERPRINT", "INVALID_CONFIDENCE", "INVALID_MESSAGE",
]);

/** Refusals that can answer a registration; used only for servers that do not repeat `id`. */
const REGISTER_REFUSALS = new Set([
  ...PASSING, "AGENT_ID_TAKEN", "INVALID_FINGERPRINT", "INVALID_MESSAGE", "FORBIDDEN",
]);

/** The one error text of a code-less server that answers an outcome. */
const CODELESS_NOT_REGISTERED = "register before depositing outcomes";

/** States in which the agent takes no outcomes, with the code and text their emitter is given. */
const ENDED = {
  closed: ["CLOSED", "The agent was closed"],
  stopped: ["STOPPED", "The agent has stopped"],
  moved: ["AGENT_MOVED", "Another session has taken this agent id over"],
};

/** Defaults of the fourth constructor argument. Times in milliseconds. */
export const DEFAULTS = Object.freeze({
  /** Reconnecting: a delay drawn evenly from 0 to min(max, base · 2^n). */
  backoff: Object.freeze({ base: 1000, max: 30_000, random: Math.random }),
  /** A ping every `interval`; the connection is given up after `timeout` of silence. Or false. */
  heartbeat: Object.freeze({ interval: 25_000, timeout: 75_000 }),
  /** From opening a socket to its being open, and from asking to be registered to the answer. */
  connectTimeout: 10_000,
  registerTimeout: 10_000,
  /** An outcome unanswered for so long on a living socket is sent again. */
  ackTimeout: 30_000,
  /** Outcomes kept while they cannot be sent; beyond it the oldest is dropped. */
  queueLimit: 1000,
  /** Outcomes sent and not yet acknowledged; further ones wait in the queue. */
  inFlightLimit: 256,
  /** How often one outcome is sent before a passing refusal becomes its final answer. */
  attempts: 6,
  /** Bytes the socket may hold unsent before outcomes wait in the queue. */
  highWater: MIB,
  /** The largest message the mesh takes, in bytes. */
  messageLimit: 10 * MIB,
  /** Received (source, outcome_id) pairs remembered so that none is handed over twice. */
  seenLimit: 4096,
  /** Ask for what was missed while away (servers without an outcome log ignore it). */
  resume: true,
});

/** Why an outcome was not delivered, or what the mesh complained about. */
export class QISError extends Error {
  constructor(code, message, { details = null, packet = null, retrying = false } = {}) {
    super(message);
    this.name = "QISError";
    /**
     * A code of the mesh, or one of this client: CLOSED, STOPPED, DROPPED, TOO_LARGE, INVALID_URL,
     * AUTHENTICATION, MALFORMED; ERROR where a server gave none.
     */
    this.code = code;
    this.details = details;
    /** The outcome's packet, where the error is about an outcome. */
    this.packet = packet;
    /** True where the client tries again by itself. */
    this.retrying = retrying;
  }
}

/**
 * An agent of the mesh. Construct, set `onIncomingOutcome`, `connect()`.
 *
 * States (`state`, `onStateChange(state, { previous, url, code?, reason?, retryInMs?, error? })`):
 *   idle → connecting → registering → registered;  waiting: will reconnect by itself;
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
  #failures = 0;
  #timers = new Timers();
  #outbox = new Outbox();
  #seen;
  #sequence = 0;
  #registration = 0;
  #position = null;
  #pausedUntil = 0;
  #lastHeard = 0;
  #pingsUnanswered = 0;
  #echoesIds = false;

  /**
   * @param {string|string[]} serverUrl one gateway, or several to fail over between
   * @param {?string} agentId this agent's id; without one the mesh makes it, and it is set here
   * @param {?ArrayLike<number>} fingerprint what the agent is about: 1 to 4096 finite numbers
   * @param {object} [options] DEFAULTS, and: onRegistered(message), onAck(ack), onError(QISError),
   *     onStateChange(state, info), onAgentMoved(QISError), onDropped(packet, total), meta,
   *     profile (text the mesh embeds in place of a fingerprint), space, threshold, WebSocket
   */
  constructor(serverUrl, agentId, fingerprint, options = {}) {
    this.serverUrl = serverUrl;
    this.agentId = agentId;
    this.fingerprint = fingerprint;
    this.ws = null;
    this.onIncomingOutcome = null;
    this.#options = withDefaults(options);
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
    return this.#outbox.size;
  }

  /** Connects and registers; from then on the connection looks after itself. Safe to repeat. */
  connect() {
    if (["connecting", "registering", "registered"].includes(this.#state)) return;
    this.#timers.clear("reconnect");
    if (this.ws?.readyState === OPEN) {
      this.#register(this.ws);
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
    const packet = {
      outcome_id: newId(),
      fingerprint: plainNumbers(this.fingerprint),
      space: this.#options.space,
      payload,
      confidence,
      timestamp: Date.now() / 1000,
      ...fields,
    };
    const delivery = new Delivery(++this.#sequence, packet);
    const refusal = this.#refusalOf(delivery);
    if (refusal) {
      delivery.reject(refusal);
    } else {
      this.#outbox.add(delivery);
      this.#flush();
      this.#dropExcess();
    }
    return delivery.promise;
  }

  #refusalOf(delivery) {
    if (Object.hasOwn(ENDED, this.#state)) return new QISError(...ENDED[this.#state]);
    try {
      delivery.text = JSON.stringify({ type: "outcome", id: delivery.id, packet: delivery.packet });
    } catch (cause) {
      return new QISError("INVALID_MESSAGE", `The payload is not JSON: ${cause.message}`);
    }
    if (longerThan(delivery.text, this.#options.messageLimit)) {
      return new QISError("TOO_LARGE", `The outcome is over ${this.#options.messageLimit} bytes`);
    }
    return null;
  }

  // ── connection ─────────────────────────────────────────────────────────────────────────────────

  #open() {
    const urls = [].concat(this.serverUrl);
    this.#url = urls[this.#urlIndex % urls.length];
    let ws;
    try {
      ws = new this.#options.WebSocket(this.#url);
    } catch (cause) {
      const text = `Cannot connect to ${this.#url}: ${cause.message}`;
      this.#end("stopped", new QISError("INVALID_URL", text));
      return;
    }
    this.ws = ws;
    this.#setState("connecting");
    ws.onopen = () => this.#opened(ws);
    ws.onmessage = (event) => this.#received(event.data);
    ws.onclose = (event) => this.#lost(ws, event.code, event.reason);
    // A browser fires close, with its code, right after error; some other implementations never do.
    ws.onerror = () => this.#giveUpAfter(0, "error", ws, "connection failed");
    this.#giveUpAfter(this.#options.connectTimeout, "answer", ws, "no connection in time");
  }

  #opened(ws) {
    this.#lastHeard = now();
    this.#pingsUnanswered = 0;
    this.#echoesIds = false;
    this.#register(ws);
    if (this.#options.heartbeat) {
      this.#timers.set("heartbeat", this.#options.heartbeat.interval, () => this.#beat(ws));
    }
  }

  #register(ws) {
    const { meta, profile, space, threshold, resume, registerTimeout } = this.#options;
    this.#setState("registering");
    ws.send(JSON.stringify({
      type: "register",
      id: `register-${++this.#registration}`,
      agent_id: this.agentId ?? undefined,
      fingerprint: plainNumbers(this.fingerprint),
      meta,
      profile,
      space,
      threshold,
      resume: resume ? this.#position ?? undefined : undefined,
    }));
    this.#giveUpAfter(registerTimeout, "answer", ws, "not registered in time");
  }

  #giveUpAfter(delay, timer, ws, reason) {
    this.#timers.set(timer, delay, () => this.#lost(ws, CLOSE_ABNORMAL, reason));
  }

  /** The socket is of no more use, whoever noticed it first. */
  #lost(ws, code, reason = "") {
    if (this.ws !== ws) return;
    this.#forgetSocket();
    if (code === CLOSE_TOO_BIG) this.#rejectLargest();
    const final = FINAL_CLOSE.get(code);
    if (final) {
      this.#end("stopped", new QISError(final[0], reason || final[1], { details: { code } }));
    } else if (this.#state === "moved") {
      this.#outbox.takeAll().forEach((delivery) => delivery.reject(new QISError(...ENDED.moved)));
      this.#setState("moved", { code, reason });
    } else {
      this.#outbox.landAll();
      this.#dropExcess();
      this.#reconnectLater(code, reason);
    }
  }

  #reconnectLater(code, reason) {
    const addresses = [].concat(this.serverUrl).length;
    this.#urlIndex = (this.#urlIndex + 1) % addresses;
    this.#failures++;
    let round = Math.floor((this.#failures - 1) / addresses);
    if (code === CLOSE_RATE_LIMITED) round = Math.max(round, RATE_LIMITED_ROUND);
    const retryInMs = backoffDelay(round, this.#options.backoff);
    this.#timers.set("reconnect", retryInMs, () => this.#open());
    this.#setState("waiting", { code, reason, retryInMs });
  }

  #end(state, error) {
    this.#forgetSocket();
    this.#timers.clearAll();
    this.#failures = 0;
    const abandoned = this.#outbox.takeAll();
    this.#setState(state, { code: error.details?.code, reason: error.message, error });
    abandoned.forEach((delivery) => delivery.reject(new QISError(error.code, error.message)));
    if (state === "stopped") this.#report(error);
  }

  /** Lets go of the socket at once: a closing handshake with a dead peer can take minutes. */
  #forgetSocket() {
    const ws = this.ws;
    this.ws = null;
    ["error", "answer", "heartbeat", "acks", "flush"].forEach((name) => this.#timers.clear(name));
    this.#pausedUntil = 0;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.onerror = () => {};
    ws.close();
  }

  #beat(ws) {
    const { interval, timeout } = this.#options.heartbeat;
    const silence = now() - this.#lastHeard;
    // Two unanswered pings besides the time: a tab that slept must not blame the server for it.
    if (silence >= timeout && this.#pingsUnanswered >= 2) {
      this.#lost(ws, CLOSE_ABNORMAL, "nothing heard in time");
      return;
    }
    ws.send('{"type":"ping","id":"ping"}');
    this.#pingsUnanswered++;
    const next = silence < timeout ? Math.min(interval, timeout - silence) : interval;
    this.#timers.set("heartbeat", next, () => this.#beat(ws));
  }

  // ── sending ────────────────────────────────────────────────────────────────────────────────────

  /** Sends what may be sent now, and arranges to come back for the rest. */
  #flush() {
    if (!this.ws) return;
    while (this.#mayFly()) this.#send(this.#outbox.next());
    if (this.#state !== "registered" || this.#outbox.waiting === 0) return;
    const pause = this.#pausedUntil - now();
    if (pause > 0 || this.#congested()) {
      this.#timers.set("flush", Math.max(pause, DRAIN_POLL_MS), () => this.#flush());
    }
  }

  #mayFly() {
    return this.#state === "registered" && this.#outbox.waiting > 0 && this.ws.readyState === OPEN
      && this.#outbox.flying < this.#options.inFlightLimit
      && now() >= this.#pausedUntil && !this.#congested();
  }

  #congested() {
    return this.ws.bufferedAmount > this.#options.highWater;
  }

  #send(delivery) {
    delivery.attempts++;
    delivery.sentAt = now();
    this.#outbox.launch(delivery);
    this.ws.send(delivery.text);
    if (!this.#timers.has("acks")) this.#watchAcks(this.#options.ackTimeout);
  }

  #watchAcks(delay) {
    this.#timers.set("acks", delay, () => {
      const limit = this.#options.ackTimeout;
      for (const overdue of this.#outbox.flyingSince(now() - limit)) {
        this.#refuse(overdue, new QISError("TIMEOUT", `No answer within ${limit} ms`));
      }
      const oldest = this.#outbox.oldest;
      if (oldest) this.#watchAcks(Math.max(1, oldest.sentAt + limit - now()));
    });
  }

  /** Tries an outcome again where that can help (true), else gives its emitter the reason. */
  #refuse(delivery, error) {
    this.#outbox.land(delivery);
    const again = PASSING.has(error.code) && delivery.attempts < this.#options.attempts
      && this.#state === "registered";
    if (again) {
      const wait = Math.max(Number(error.details?.retryAfterMs) || 0,
        backoffDelay(delivery.attempts - 1, this.#options.backoff));
      this.#pausedUntil = Math.max(this.#pausedUntil, now() + wait);
      this.#outbox.putBack(delivery);
    } else {
      delivery.reject(error);
    }
    this.#flush();
    return again;
  }

  #dropExcess() {
    for (const delivery of this.#outbox.trim(this.#options.queueLimit)) {
      this.droppedOutcomes++;
      const text = `More than ${this.#options.queueLimit} outcomes were waiting`;
      delivery.reject(new QISError("DROPPED", text));
      this.#call("onDropped", delivery.packet, this.droppedOutcomes);
    }
  }

  /** Sent again, the message that was too large would close every connection to come. */
  #rejectLargest() {
    const largest = this.#outbox.largestFlying();
    if (!largest) return;
    this.#outbox.land(largest);
    largest.reject(new QISError("TOO_LARGE", "The mesh refused the message's size"));
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────

  #received(data) {
    this.#lastHeard = now();
    this.#pingsUnanswered = 0;
    const message = typeof data === "string" ? parse(data) : null;
    if (!message) return;
    if (message.id !== undefined) this.#echoesIds = true;
    switch (message.type) {
      case "incoming_outcome": return this.#incoming(message);
      case "outcome_ack": return this.#acknowledged(message);
      case "registered": return this.#registered(message);
      default: if (message.type === "error" || message.error) this.#complaint(message);
    }
  }

  #registered(message) {
    if (this.#state !== "registering") return;
    this.#timers.clear("answer");
    this.#failures = 0;
    this.agentId = message.agent_id ?? this.agentId;
    this.#position = message.position ?? this.#position;
    this.#setState("registered");
    this.#call("onRegistered", message);
    this.#flush();
  }

  #incoming({ packet, similarity, replayed, position }) {
    this.#position = position ?? this.#position;
    if (!packet || !this.#seen.add(packet.source_agent, packet.outcome_id)) return;
    guarded(this.onIncomingOutcome, this, packet, { similarity, replayed: replayed === true });
  }

  #acknowledged(message) {
    const delivery = this.#outbox.answeredBy(message);
    if (delivery) {
      this.#outbox.land(delivery);
      delivery.resolve(message);
    }
    this.#call("onAck", message);
    this.#flush();
  }

  #complaint(message) {
    const text = message.message ?? String(message.error ?? "");
    const code = message.code ?? (text === CODELESS_NOT_REGISTERED ? "NOT_REGISTERED" : "ERROR");
    const error = new QISError(code, text, { details: message.details ?? null });
    if (code === "AGENT_MOVED") {
      this.#moved(error);
    } else if (this.#answersRegistration(message, code)) {
      this.#registrationRefused(error);
    } else {
      const delivery = this.#refusedDelivery(message, code);
      error.packet = delivery?.packet ?? null;
      error.retrying = delivery ? this.#refuse(delivery, error) : false;
      this.#report(error);
    }
  }

  #answersRegistration(message, code) {
    if (this.#state !== "registering") return false;
    return message.id === `register-${this.#registration}`
      || (message.id === undefined && REGISTER_REFUSALS.has(code));
  }

  #refusedDelivery(message, code) {
    if (message.id !== undefined) return this.#outbox.byId(message.id);
    return !this.#echoesIds && OUTCOME_REFUSALS.has(code) ? this.#outbox.oldest : null;
  }

  #registrationRefused(error) {
    if (!PASSING.has(error.code)) {
      this.#end("stopped", error);
      return;
    }
    error.retrying = true;
    this.#lost(this.ws, CLOSE_ABNORMAL, error.message);
    this.#report(error);
  }

  /** Stays away on purpose: two clients that both came back would take turns for ever. */
  #moved(error) {
    this.#timers.clear("answer");
    this.#timers.clear("flush");
    this.#setState("moved", { error });
    for (const delivery of this.#outbox.takeWaiting()) {
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

export default QISBrowserAgent;

/**
 * The wait before attempt `n` + 1 (n from 0) in milliseconds: even between 0 and min(max, base ·
 * 2^n), "full jitter", so that the agents of a gateway that died do not come back all at once.
 */
export function backoffDelay(n, { base, max, random }) {
  return random() * Math.min(max, base * 2 ** Math.min(n, 30));
}

/** One outcome on its way: its packet, its message, and the promise its emitter holds. */
class Delivery {
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
class Outbox {
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

/** The last `limit` outcomes received, by source and id. */
class Recent {
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

/** Timers by name: setting one again replaces it. */
class Timers {
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

function withDefaults(options) {
  const merged = { WebSocket: globalThis.WebSocket, meta: whereWeRun(), ...DEFAULTS, ...options };
  merged.backoff = { ...DEFAULTS.backoff, ...options.backoff };
  merged.heartbeat = options.heartbeat !== false && { ...DEFAULTS.heartbeat, ...options.heartbeat };
  if (typeof merged.WebSocket !== "function") {
    throw new TypeError("No WebSocket here: give one as options.WebSocket");
  }
  return merged;
}

function whereWeRun() {
  return {
    env: typeof document === "undefined" ? "script" : "browser",
    userAgent: globalThis.navigator?.userAgent,
  };
}

/** A callback's own failure is its author's to see, and must not disturb the connection. */
function guarded(callback, self, ...values) {
  try {
    callback?.apply(self, values);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** JSON writes a typed array as an object; the mesh wants a list. */
function plainNumbers(values) {
  return values ? Array.from(values) : undefined;
}

/** In UTF-8, where a UTF-16 unit takes at most three bytes. */
function longerThan(text, bytes) {
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}

function now() {
  return performance.now();
}

/** A random UUID. A page served over plain http has no `crypto.randomUUID`. */
function newId() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = new Uint8Array(16);
  if (globalThis.crypto?.getRandomValues) {
    crypto.getRandomValues(bytes);
  } else {
    bytes.forEach((_, i) => { bytes[i] = Math.floor(Math.random() * 256); });
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// ── lexical fingerprints ────────────────────────────────────────────────────────────────────

/** Each feature is spread over this many signed cells, so that one collision cannot decide. */
const CELLS_PER_FEATURE = 8;

/** Share of a word's weight that lies in the word itself; the rest is in its character n-grams. */
const WORD_SHARE = 0.6;
const STOP_WORD_WEIGHT = 0.08;

const STOP_WORDS = new Set((
  "a about above after all also am an and any are as at be been but by can could did do does for "
  + "from had has have how i if in into is it its me more most my new no not of on or our out over "
  + "she he so some than that the their them then there these they this to today under "
  + "up us was we were "
  + "what when where which who why will with would you your "
  + "aber als am auf aus bei das dem den der des die ein eine einem einen einer es fur im ist mit "
  + "nach nicht oder sich sind und uber um von vor wie zu zum zur "
  + "au aux avec ce dans de des du elle en est et il la le les ne ou par pas pour que qui se son "
  + "sur un une con como del el las lo los por para una y"
).split(" "));

/** Letters that Unicode does not decompose, as they are commonly written without. */
const FOLDED = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i" };

/** Scripts written without spaces: there a character says as much as a stem does elsewhere. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * A LEXICAL fingerprint of a text: it says which words and word parts occur, not what they mean.
 * "car" and "automobile" have nothing in common here. Use an embedding model, or `profile`, where
 * meaning matters.
 *
 * Words (lower case, accents and plurals folded, stop words nearly weightless) and their character
 * 3- to 5-grams are hashed with signs into `dimensions` cells; the result has length 1. Word order
 * does not count. Texts that share most of their words have a cosine of at least 0.75, unrelated
 * ones lie around 0, give or take 1/√dimensions. The same text gives the same numbers on every
 * machine.
 *
 * @param {string} text
 * @param {number} [dimensions] number of cells, 1 to 4096
 * @returns {number[]} float[dimensions] with six decimals; all zero (matches nothing) if wordless
 */
export function fingerprintOf(text, dimensions = 128) {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4096) {
    throw new RangeError("dimensions must be a whole number from 1 to 4096");
  }
  const cells = new Array(dimensions).fill(0);
  for (const [word, count] of countsOf(wordsOf(text))) {
    const weight = weightOf(word) * (1 + Math.log(count));
    const share = UNSPACED.test(word) ? 0 : WORD_SHARE;
    spread(cells, `w ${word}`, weight * Math.sqrt(share));
    const grams = countsOf(gramsOf(word));
    const norm = Math.hypot(...grams.values());
    for (const [gram, times] of grams) {
      spread(cells, `g ${gram}`, (weight * Math.sqrt(1 - share) * times) / norm);
    }
  }
  const norm = Math.hypot(...cells);
  return norm === 0 ? cells : cells.map((cell) => Math.round((cell / norm) * 1e6) / 1e6);
}

function wordsOf(text) {
  const folded = String(text ?? "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[ßøłđæœı]/g, (letter) => FOLDED[letter]);
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).map(singular);
}

/** Drops an English plural ending, roughly; the same wrong stem for both texts does no harm. */
function singular(word) {
  if (word.length < 4 || STOP_WORDS.has(word)) return word;
  return word.replace(/([a-z]{2})ies$/, "$1y").replace(/([a-rt-z])s$/, "$1");
}

/** Longer words say more: the poor relation of a document frequency, needing no corpus. */
function weightOf(word) {
  if (STOP_WORDS.has(word)) return STOP_WORD_WEIGHT;
  return UNSPACED.test(word) ? 1 : 0.55 + 0.075 * Math.min([...word].length, 10);
}

function gramsOf(word) {
  const letters = [...(UNSPACED.test(word) ? word : `<${word}>`)];
  const [shortest, longest] = UNSPACED.test(word) ? [1, 2] : [3, 5];
  const grams = [];
  for (let size = shortest; size <= longest; size++) {
    for (let at = 0; at + size <= letters.length; at++) {
      grams.push(letters.slice(at, at + size).join(""));
    }
  }
  return grams.length ? grams : [letters.join("")];
}

function countsOf(items) {
  const counts = new Map();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function spread(cells, feature, weight) {
  const share = weight / Math.sqrt(CELLS_PER_FEATURE);
  let hash = hash32(feature);
  for (let i = 0; i < CELLS_PER_FEATURE; i++) {
    hash = mix32((hash + 0x9e3779b9) | 0);
    cells[(hash >>> 1) % cells.length] += hash & 1 ? share : -share;
  }
}

/** FNV-1a over UTF-16 units, then mixed: FNV alone leaves short keys' low bits related. */
function hash32(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return mix32(hash);
}

/** MurmurHash3's 32-bit finaliser. */
function mix32(value) {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
