/**
 * A server for the client's tests that speaks the mesh's protocol to the letter: authentication,
 * subscriptions, settings, agents, interactions, voice, zlib. What it knows is in its fields.
 */
import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { SocketServer } from "./socket-server.js";

export const EVENTS = [
  "positions", "graph_update", "simulation_state", "agent_status", "task_progress",
  "gpu_analytics", "anomaly_detected", "system_event", "settings_updated", "outcome_routed",
];

const STARTS_WITH = {
  "/ws": ["positions", "graph_update", "system_event", "settings_updated"],
  "/ws/agents": ["agent_status", "task_progress", "system_event"],
  "/ws/analytics": ["gpu_analytics", "anomaly_detected"],
};

/** Messages over so many bytes go out as zlib streams where the client asked for that. */
const COMPRESSED_OVER = 1024;

export class MeshServer extends SocketServer {
  path = "/ws";

  /** By token: subject, permissions, expiresAt (ms since 1970). */
  tokens = new Map();
  tokenRequired = false;
  agents = new Map([["agent_1", "active"]]);
  nodes = new Set(["node_1", "node_2"]);
  settings = new Map();
  /** How far this clock is ahead, in ms. */
  clockAhead = 0;
  /** By path, or by the beginning of paths that ends with a slash: a text, or a folder's URL. */
  files = new Map();

  now() {
    return Date.now() + this.clockAhead;
  }

  async served({ url }, response) {
    const { pathname } = new URL(url, this.url);
    const prefix = [...this.files.keys()].find((each) => each.endsWith("/") && each !== "/"
      && pathname.startsWith(each));
    const body = prefix
      ? await readFile(new URL(pathname.slice(prefix.length), this.files.get(prefix))).catch(() => null)
      : this.files.get(pathname);
    if (body === null || body === undefined) return super.served(null, response);
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    return response.writeHead(200, { "Content-Type": type }).end(body);
  }

  opened(session) {
    session.events = new Set(STARTS_WITH[session.url.pathname]);
    session.socket.on("close", () => clearTimeout(session.expiry));
    const token = session.url.searchParams.get("token");
    if (token) this.#authenticate(session, token);
  }

  answer(message, session) {
    if (this.tokenRequired && !session.subject && message.type !== "auth") {
      session.close(4000, "authentication required");
      return;
    }
    const answering = this[`answer_${message.type}`];
    if (answering) answering.call(this, message, session);
    else this.refuse(message, session, "UNKNOWN_TYPE", `unknown message type: ${message.type}`);
  }

  /** To every session that holds the event. */
  publish(event, message, but = null) {
    for (const session of this.sessions) {
      if (session !== but && session.events.has(event)) this.say(session, message);
    }
  }

  /** One message to one session, packed as it asked for. */
  say(session, message) {
    const text = JSON.stringify(message);
    const zlib = session.url.searchParams.get("compression") === "zlib";
    if (zlib && text.length > COMPRESSED_OVER) session.sendBinary(deflateSync(text));
    else session.sendText(text);
  }

  refuse({ id }, session, code, message, details = {}) {
    this.say(session, { type: "error", code, message, details, error: message, id });
  }

  #authenticate(session, token, { id, pubkey } = {}) {
    const known = this.tokens.get(token);
    const wrongKey = pubkey && known?.pubkey && pubkey !== known.pubkey;
    if (!known || wrongKey || known.expiresAt <= this.now()) {
      session.close(4000, "authentication failed");
      return;
    }
    const { subject, permissions = ["observe"], expiresAt = null } = known;
    session.subject = subject;
    clearTimeout(session.expiry);
    if (expiresAt !== null) {
      const left = expiresAt - this.now();
      session.expiry = setTimeout(() => session.close(4000, "token expired"), left);
    }
    this.say(session, { type: "authenticated", subject, permissions, expiresAt, id });
  }

  answer_auth(message, session) {
    this.#authenticate(session, message.token, message);
  }

  answer_ping({ id, timestamp }, session) {
    this.say(session, { type: "pong", timestamp, serverTime: this.now(), id });
  }

  answer_subscribe(message, session) {
    this.#change(message, session, (event) => session.events.add(event));
  }

  answer_unsubscribe(message, session) {
    this.#change(message, session, (event) => session.events.delete(event));
  }

  #change(message, session, change) {
    const unknown = message.events.find((event) => !EVENTS.includes(event));
    if (unknown) {
      this.refuse(message, session, "UNKNOWN_EVENT", `unknown event: ${unknown}`, { known: EVENTS });
      return;
    }
    message.events.forEach(change);
    this.say(session, { type: "subscribed", events: [...session.events], id: message.id });
  }

  answer_settings(message, session) {
    this.#set([message], message, session);
  }

  answer_settings_batch(message, session) {
    this.#set(message.updates, message, session);
  }

  #set(updates, message, session) {
    const bad = updates.find(({ path }) => path.startsWith("bad."));
    if (bad) {
      this.refuse(message, session, "INVALID_SETTING", `no such setting: ${bad.path}`, { path: bad.path });
      return;
    }
    for (const { path, value } of updates) {
      this.settings.set(path, value);
      const confirmation = { type: "settings_updated", path, value, timestamp: this.now() };
      this.say(session, { ...confirmation, id: message.id });
      this.publish("settings_updated", confirmation, session);
    }
  }

  answer_agent_control(message, session) {
    const { agentId, action } = message;
    if (!this.agents.has(agentId)) {
      this.refuse(message, session, "AGENT_NOT_FOUND", `no agent ${agentId}`, { agentId });
      return;
    }
    const status = { pause: "paused", resume: "idle", stop: "offline", restart: "starting" }[action];
    this.agents.set(agentId, status);
    this.publish("agent_status", { type: "agent_status", agentId, status, timestamp: this.now() });
    if (message.id !== undefined) this.say(session, { type: "agent_controlled", agentId, status, id: message.id });
  }

  answer_graph_interaction(message, session) {
    if (!this.nodes.has(message.nodeId)) {
      this.refuse(message, session, "NODE_NOT_FOUND", `no node ${message.nodeId}`);
    }
  }

  answer_voice_command({ sessionId, command, id }, session) {
    const response = {
      intent: "OutOfScope", success: false, message: `heard: ${command}`, suggestions: ["help"],
    };
    const audioResponse = { available: false };
    this.say(session, { type: "voice_response", sessionId, response, audioResponse, id });
  }
}
