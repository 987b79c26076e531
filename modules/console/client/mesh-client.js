import { Emitter } from "./mesh/emitter.js";
import { MeshError } from "./mesh/error.js";
import { meshOptions } from "./mesh/options.js";
import { MeshSession } from "./mesh/session.js";
import { EventStream } from "./mesh/stream.js";

/**
 * A client of the mesh's sockets `/ws`, `/ws/voice`, `/ws/agents` and `/ws/analytics`.
 *
 * States (`state`, `on("state", ({ state, previous, url, code, reason, retryInMs, error }) => …)`):
 *   closed (before connect(), after close(), and where trying again cannot help) → connecting →
 *   open (authenticated, where there is a token) → reconnecting → open …
 *
 * What it promises. The promise of each message settles: with the mesh's answer, or with a
 * MeshError whose `code` says why. A message waits for a connection, within bounds; it is sent at
 * most once. Nobody has to look at the promise: an ignored rejection is not reported as unhandled.
 */
export class MeshClient {
  #emitter = new Emitter();
  #session;
  #opening = null;

  /** @param {object} options MESH_DEFAULTS and url, or just the url; see MeshClientOptions */
  constructor(options, ...others) {
    if (others.some((other) => other !== undefined)) {
      throw new TypeError("options: expected one object, such as { url, token }, got a second argument");
    }
    this.#session = new MeshSession(meshOptions(options), this.#emitter);
  }

  get state() {
    return this.#session.link.state;
  }

  /** The gateway in use, or tried now or next. */
  get url() {
    return this.#session.link.url;
  }

  /** Messages without an answer, sent or not. */
  get pending() {
    return this.#session.requests.pending;
  }

  /** Milliseconds that the last ping and its answer took; null before the first. */
  get roundTrip() {
    return this.#session.roundTrip;
  }

  /** Bytes that the socket holds unsent. */
  get bufferedAmount() {
    return this.#session.link.connection?.ws.bufferedAmount ?? 0;
  }

  /** Connects, and looks after the connection from then on; settles when it is open, or ended. */
  connect() {
    if (this.state === "open") return Promise.resolve();
    this.#opening ??= this.#opened().finally(() => { this.#opening = null; });
    this.#opening.catch(() => {});
    const opening = this.#opening;
    this.#session.link.start();
    return opening;
  }

  /** Leaves, and stays away until connect(). What has no answer is rejected with code CLOSED. */
  close() {
    this.#session.link.end(new MeshError("CLOSED", "The client was closed"));
  }

  // ── listening ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Calls `listener` for each message of a type, or for what the client itself has to say: "state",
   * "positions" (PositionFrame, overwritten by the next), "frame" (the ArrayBuffer of one),
   * "error" (MeshError that answers no promise), "message" (each message), "text" (the same as it
   * came, but for answers to what the client asks by itself). The function returned ends it.
   */
  on(name, listener) {
    return this.#emitter.on(name, listener);
  }

  once(name, listener) {
    return this.#emitter.once(name, listener);
  }

  /** The same for `for await`; keeps `limit` values that were not read yet, the newest. */
  events(name, { limit = 256 } = {}) {
    return new EventStream(this.#emitter, name, limit);
  }

  /** Hears these events too, or none more; the promise of all that are heard now. */
  subscribe(events) {
    return this.#session.subscriptions.subscribe(events);
  }

  unsubscribe(events) {
    return this.#session.subscriptions.unsubscribe(events);
  }

  // ── asking ─────────────────────────────────────────────────────────────────────────────────────

  /** Sends any message of the protocol, with an `id`; the promise of the message that answers it. */
  request(message) {
    return this.#ask(message);
  }

  /** Sends a message as it is, now or not at all; whether it was sent. */
  send(message) {
    if (this.state !== "open") return false;
    this.#session.link.connection.send(message);
    return true;
  }

  /** Changes a setting. While it waits for a connection a newer value of the path supersedes it. */
  setting(path, value) {
    return this.#ask({ type: "settings", path, value }, { latest: `settings ${path}` });
  }

  /** Changes several settings or none; the promise of the confirmation of each path. */
  settingsBatch(updates) {
    if (!Array.isArray(updates) || updates.length === 0) {
      return refused("INVALID_MESSAGE", "updates: expected a list of { path, value }");
    }
    const open = new Map(updates.map(({ path }) => [path, null]));
    const answer = (message) => {
      if (message.type !== "settings_updated" || !open.has(message.path)) return undefined;
      open.set(message.path, message);
      const confirmed = [...open.values()];
      return confirmed.includes(null) ? undefined : confirmed;
    };
    return this.#ask({ type: "settings_batch", updates }, { answer });
  }

  /** Pauses, resumes, stops or restarts an agent; the promise of how it is then. */
  agentControl(action, agentId) {
    return this.#ask({ type: "agent_control", action, agentId });
  }

  /** Says a command, as text (`command`), as sound (`audioData`) or both. */
  voiceCommand(command) {
    return this.#ask({ type: "voice_command", timestamp: Date.now(), ...command });
  }

  /** How long the way to the mesh and back is now. */
  async ping() {
    const sentAt = performance.now();
    const { serverTime } = await this.#ask({ type: "ping", timestamp: Date.now() });
    return { roundTrip: performance.now() - sentAt, serverTime };
  }

  // ── the graph ──────────────────────────────────────────────────────────────────────────────────

  /** Tells of an interaction; kept once it is sent. A refusal comes as the event "error". */
  graphInteraction(action, nodeId, position) {
    return this.#ask({ type: "graph_interaction", action, nodeId, position }, { answer: null });
  }

  select(nodeId) {
    return this.graphInteraction("node_selected", nodeId);
  }

  deselect(nodeId) {
    return this.graphInteraction("node_deselected", nodeId);
  }

  pin(nodeId, position) {
    return this.graphInteraction("node_pin", nodeId, position);
  }

  unpin(nodeId) {
    return this.graphInteraction("node_unpin", nodeId);
  }

  dragStart(nodeId, position) {
    this.#session.drags.begin(nodeId, position);
    return this.graphInteraction("node_drag_start", nodeId, position);
  }

  /**
   * Moves a node: the newest position is sent, at most 60 times a second; false while there is no
   * connection, which ends a drag.
   */
  drag(nodeId, position) {
    return this.#session.drags.move(nodeId, position);
  }

  dragEnd(nodeId, position) {
    this.#session.drags.end(nodeId);
    return this.graphInteraction("node_drag_end", nodeId, position);
  }

  #opened() {
    return new Promise((resolve, reject) => {
      const off = this.on("state", ({ state, error }) => {
        if (state !== "open" && state !== "closed") return;
        off();
        if (state === "open") resolve();
        else reject(error);
      });
    });
  }

  #ask(message, how) {
    if (this.state !== "closed") return this.#session.requests.send(message, how);
    return refused("CLOSED", "The client is closed: connect() first");
  }
}

/** Nobody has to look at it. */
function refused(code, text) {
  const promise = Promise.reject(new MeshError(code, text));
  promise.catch(() => {});
  return promise;
}
