/**
 * What the client's tests share. Importing it gives each test of the file a server before it and
 * closes its agents after it.
 */
import { EventEmitter } from "node:events";
import { afterEach, beforeEach } from "node:test";
import { QISBrowserAgent }
  from "../../../client/qis-browser-agent.js";
import { QisServer, until } from "./qis-server.js";

export const FINGERPRINT = [0.6, 0.8];
const QUICK = { backoff: { base: 5, max: 20 } };

/** The server of the running test. */
export let server;

/** Further servers that a test starts, for it to push here: they are stopped after it. */
export let more;

let agents;

beforeEach(async () => {
  server = await QisServer.start();
  agents = [];
  more = [];
});

afterEach(async () => {
  agents.forEach(({ agent }) => agent.close());
  await Promise.all([server, ...more].map((each) => each.stop()));
});

/** An agent whose every callback is kept, with `until(condition)`. */
export function agentOf(id, options = {}, url = server.url) {
  const seen = Object.assign(new EventEmitter(), {
    states: [], infos: [], errors: [], acks: [],
    incoming: [], registered: [], moved: [], dropped: [],
  });
  const keep = (list) => (...values) => {
    list.push(values.length > 1 ? values : values[0]);
    seen.emit("change");
  };
  const agent = new QISBrowserAgent(url, id, FINGERPRINT, {
    ...QUICK,
    onRegistered: keep(seen.registered),
    onAck: keep(seen.acks),
    onError: keep(seen.errors),
    onAgentMoved: keep(seen.moved),
    onDropped: keep(seen.dropped),
    onStateChange: (state, info) => {
      seen.states.push(state);
      seen.infos.push({ state, ...info });
      seen.emit("change");
    },
    ...options,
  });
  agent.onIncomingOutcome = keep(seen.incoming);
  seen.agent = agent;
  seen.until = (condition) => until(condition, [seen, server, ...more]);
  seen.join = async () => {
    agent.connect();
    await seen.until(() => agent.state === "registered");
  };
  agents.push(seen);
  return seen;
}

/** Leaves outcomes unanswered and keeps them as [message, session], for server.answer(...). */
export function holdOutcomes() {
  const held = [];
  server.reply = (message, session) =>
    message.type === "outcome" && held.push([message, session]);
  return held;
}

export const ids = (messages) => messages.map((message) => message.packet.outcome_id);
export const payloads = (messages) => messages.map((message) => message.packet.payload);
export const refusal = (message, code, details) =>
  ({ type: "error", code, message: code, error: code, details, id: message.id });
