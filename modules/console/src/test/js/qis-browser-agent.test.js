import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, it } from "node:test";
import Default, {
  backoffDelay, DEFAULTS, QISBrowserAgent,
} from "../../main/resources/dev/starling/console/client/qis-browser-agent.js";
import { QisServer, until } from "./qis-server.js";

const FINGERPRINT = [0.6, 0.8];
const QUICK = { backoff: { base: 5, max: 20 } };

let server;
let agents;
let more;

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
function agentOf(id, options = {}, url = server.url) {
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
function holdOutcomes() {
  const held = [];
  server.reply = (message, session) =>
    message.type === "outcome" && held.push([message, session]);
  return held;
}

const ids = (messages) => messages.map((message) => message.packet.outcome_id);
const payloads = (messages) => messages.map((message) => message.packet.payload);
const refusal = (message, code, details) =>
  ({ type: "error", code, message: code, error: code, details, id: message.id });

describe("the reference's surface", () => {
  it("keeps the reference's fields, and is the default export", () => {
    const { agent } = agentOf("a");
    assert.equal(Default, QISBrowserAgent);
    assert.deepEqual(
      [agent.serverUrl, agent.agentId, agent.fingerprint, agent.ws],
      [server.url, "a", FINGERPRINT, null]);
    assert.equal(new QISBrowserAgent("ws://x", "a", []).onIncomingOutcome, null);
  });

  it("registers with id, fingerprint and meta", async () => {
    const a = agentOf("a", { meta: { env: "test" }, threshold: 0.9, profile: "rain" });
    await a.join();
    const [{ id, ...register }] = server.of("register");
    assert.deepEqual(register, {
      type: "register", agent_id: "a", fingerprint: FINGERPRINT, meta: { env: "test" },
      threshold: 0.9, profile: "rain",
    });
    assert.ok(id);
    assert.equal(a.registered[0].agent_count, 1);
    assert.deepEqual(a.states, ["connecting", "registering", "registered"]);
  });

  it("takes the id that the mesh made", async () => {
    const a = agentOf(null);
    await a.join();
    assert.equal(a.agent.agentId, "made-by-the-mesh");
  });

  it("writes a typed array as a list", async () => {
    const a = agentOf("a");
    a.agent.fingerprint = Float32Array.of(0.5, -0.25);
    await a.join();
    assert.deepEqual(server.of("register")[0].fingerprint, [0.5, -0.25]);
  });

  it("emits with a confidence of 0.85 unless told, and settles with the ack", async () => {
    const a = agentOf("a");
    await a.join();
    const before = Date.now() / 1000;
    const ack = await a.agent.emitOutcome("rain");
    await a.agent.emitOutcome("wind", 0.5, { derived_from: ["x"] });
    const [rain, wind] = server.of("outcome").map((message) => message.packet);
    assert.equal(rain.confidence, 0.85);
    assert.deepEqual(rain.fingerprint, FINGERPRINT);
    assert.ok(rain.timestamp >= before && rain.timestamp <= Date.now() / 1000);
    assert.match(rain.outcome_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(wind.confidence, 0.5);
    assert.deepEqual(wind.derived_from, ["x"]);
    assert.equal(ack.status, "routed");
    assert.equal(ack.outcome_id, rain.outcome_id);
    assert.equal(a.acks.length, 2);
  });

  it("hands over incoming outcomes with similarity", async () => {
    const [a, b] = [agentOf("a"), agentOf("b")];
    await Promise.all([a.join(), b.join()]);
    const ack = await a.agent.emitOutcome({ rain: 3 });
    await b.until(() => b.incoming.length === 1);
    const [packet, about] = b.incoming[0];
    assert.deepEqual(packet.payload, { rain: 3 });
    assert.equal(packet.source_agent, "a");
    assert.deepEqual(about, { similarity: 1, replayed: false });
    assert.deepEqual(ack.routed_to, ["b"]);
  });

  it("goes on after a callback that throws", async (t) => {
    const log = t.mock.method(console, "error", () => {});
    const [a, b] = [agentOf("a"), agentOf("b")];
    let calls = 0;
    b.agent.onIncomingOutcome = () => {
      calls++;
      b.emit("change");
      throw new Error("mine");
    };
    await Promise.all([a.join(), b.join()]);
    await a.agent.emitOutcome(1);
    await a.agent.emitOutcome(2);
    await b.until(() => calls === 2);
    assert.equal(log.mock.callCount(), 2);
    assert.equal(b.agent.state, "registered");
  });

  it("works with a server that knows only the reference", async () => {
    server.echoIds = false;
    const a = agentOf("a");
    await a.join();
    const acks = await Promise.all([1, 2, 3].map((n) => a.agent.emitOutcome(n)));
    assert.deepEqual(acks.map((ack) => ack.outcome_id), ids(server.of("outcome")));
    server.reply = (message, session) => {
      session.send({ error: "register before depositing outcomes" });
      return true;
    };
    await assert.rejects(a.agent.emitOutcome(4), { code: "NOT_REGISTERED" });
  });
});

describe("outcomes that cannot go yet", () => {
  it("wait for the registration and leave in emit order", async () => {
    const a = agentOf("a");
    const emitted = [1, 2, 3].map((n) => a.agent.emitOutcome(n));
    assert.equal(a.agent.pending, 3);
    await a.join();
    await Promise.all(emitted);
    assert.deepEqual(payloads(server.of("outcome")), [1, 2, 3]);
    assert.equal(server.received[0].type, "register");
  });

  it("are bounded: the oldest is dropped, counted, told and rejected", async () => {
    const a = agentOf("a", { queueLimit: 2 });
    const emitted = [1, 2, 3, 4].map((n) => a.agent.emitOutcome(n));
    assert.equal(a.agent.droppedOutcomes, 2);
    const dropped = a.dropped.map(([packet, total]) => [packet.payload, total]);
    assert.deepEqual(dropped, [[1, 1], [2, 2]]);
    await assert.rejects(emitted[0], { code: "DROPPED" });
    await a.join();
    await Promise.all(emitted.slice(2));
    assert.deepEqual(payloads(server.of("outcome")), [3, 4]);
  });

  it("are sent again with the same id when the socket dies before the answer", async () => {
    let silent = true;
    server.reply = (message) => message.type === "outcome" && silent;
    const a = agentOf("a", { inFlightLimit: 2 });
    await a.join();
    const emitted = [1, 2, 3].map((n) => a.agent.emitOutcome(n));
    await a.until(() => server.of("outcome").length === 2);
    silent = false;
    server.dropAll();
    await a.until(() => a.agent.state !== "registered");
    emitted.push(a.agent.emitOutcome(4));
    await Promise.all(emitted);
    const sent = server.of("outcome");
    assert.deepEqual(payloads(sent), [1, 2, 1, 2, 3, 4]);
    assert.deepEqual(ids(sent).slice(0, 2), ids(sent).slice(2, 4));
    assert.equal(new Set(ids(sent)).size, 4);
  });

  it("wait while too many are in flight", async () => {
    const held = holdOutcomes();
    const a = agentOf("a", { inFlightLimit: 2 });
    await a.join();
    const emitted = [1, 2, 3].map((n) => a.agent.emitOutcome(n));
    await a.until(() => held.length === 2);
    server.answer(...held[0]);
    await a.until(() => held.length === 3);
    held.slice(1).forEach((each) => server.answer(...each));
    await Promise.all(emitted);
    assert.deepEqual(payloads(server.of("outcome")), [1, 2, 3]);
  });

  it("wait while the socket is congested", async () => {
    let congested = true;
    const sent = [];
    class Slow extends WebSocket {
      send(text) {
        sent.push(JSON.parse(text).type);
        super.send(text);
      }

      get bufferedAmount() {
        return congested ? 2 << 20 : 0;
      }
    }
    const a = agentOf("a", { WebSocket: Slow });
    await a.join();
    const emitted = a.agent.emitOutcome("later");
    assert.deepEqual(sent, ["register"]);
    congested = false;
    await emitted;
    assert.deepEqual(sent, ["register", "outcome"]);
  });

  it("are rejected by close(), and nobody needs to look", async () => {
    const unhandled = [];
    const note = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const a = agentOf("a");
    a.agent.emitOutcome("ignored");
    const watched = a.agent.emitOutcome("watched");
    a.agent.close();
    const about = (error) => error.code === "CLOSED" && error.packet.payload === "watched";
    await assert.rejects(watched, about);
    await assert.rejects(a.agent.emitOutcome("after"), { code: "CLOSED" });
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });

  it("are refused at once when they are no JSON or too large", async () => {
    const a = agentOf("a", { messageLimit: 2000 });
    await assert.rejects(a.agent.emitOutcome(1n), { code: "INVALID_MESSAGE" });
    await assert.rejects(a.agent.emitOutcome("x".repeat(2000)), { code: "TOO_LARGE" });
    assert.equal(a.agent.pending, 0);
  });

  it("are not sent for ever when the mesh allows less: 1009 rejects the largest", async () => {
    server.reply = (message, session) =>
      message.packet?.payload.length > 100 && (session.close(1009), true);
    const a = agentOf("a");
    await a.join();
    const big = a.agent.emitOutcome("x".repeat(200));
    const small = a.agent.emitOutcome("small");
    await assert.rejects(big, { code: "TOO_LARGE" });
    assert.equal((await small).status, "routed");
  });
});

describe("answers", () => {
  it("find their outcome by id, in whatever order", async () => {
    const held = holdOutcomes();
    const a = agentOf("a");
    await a.join();
    const emitted = ["first", "second", "third"].map((payload) => a.agent.emitOutcome(payload));
    await a.until(() => held.length === 3);
    const [[first, session], , [third]] = held;
    session.send(refusal(first, "INVALID_CONFIDENCE"));
    server.answer(third, session);
    server.answer(...held[1]);
    await assert.rejects(emitted[0], { code: "INVALID_CONFIDENCE" });
    assert.equal((await emitted[2]).outcome_id, third.packet.outcome_id);
    assert.equal((await emitted[1]).outcome_id, held[1][0].packet.outcome_id);
    assert.equal(a.errors[0].packet.payload, "first");
  });

  it("duplicate and expired are answers like any other", async () => {
    server.reply = (message, session) => message.type === "outcome" && (session.send({
      type: "outcome_ack", status: message.packet.payload, outcome_id: message.packet.outcome_id,
      matches_found: 0, routed_to: [], id: message.id,
    }), true);
    const a = agentOf("a");
    await a.join();
    assert.equal((await a.agent.emitOutcome("duplicate")).status, "duplicate");
    assert.equal((await a.agent.emitOutcome("expired")).status, "expired");
  });

  for (const code of ["UNAVAILABLE", "TIMEOUT", "RATE_LIMITED"]) {
    it(`${code} is tried again with the same outcome id`, async () => {
      let refusals = 2;
      server.reply = (message, session) =>
        message.type === "outcome" && refusals-- > 0
        && (session.send(refusal(message, code)), true);
      const a = agentOf("a");
      await a.join();
      assert.equal((await a.agent.emitOutcome("again")).status, "routed");
      assert.equal(new Set(ids(server.of("outcome"))).size, 1);
      assert.equal(server.of("outcome").length, 3);
      assert.deepEqual(a.errors.map((error) => [error.code, error.retrying]),
        [[code, true], [code, true]]);
    });
  }

  it("a passing refusal leaves the order of those behind it", async () => {
    let refusals = 1;
    server.reply = (message, session) =>
      message.type === "outcome" && refusals-- > 0
      && (session.send(refusal(message, "UNAVAILABLE")), true);
    const a = agentOf("a", { inFlightLimit: 1 });
    await a.join();
    await Promise.all([1, 2, 3].map((n) => a.agent.emitOutcome(n)));
    assert.deepEqual(payloads(server.of("outcome")), [1, 1, 2, 3]);
  });

  it("a passing refusal becomes final after the last attempt", async () => {
    server.reply = (message, session) =>
      message.type === "outcome" && (session.send(refusal(message, "UNAVAILABLE")), true);
    const a = agentOf("a", { attempts: 3 });
    await a.join();
    await assert.rejects(a.agent.emitOutcome("in vain"), { code: "UNAVAILABLE" });
    assert.equal(server.of("outcome").length, 3);
  });

  it("RATE_LIMITED waits as long as the mesh says", async () => {
    const times = [];
    server.reply = (message, session) =>
      message.type === "outcome" && times.push(performance.now()) === 1
      && (session.send(refusal(message, "RATE_LIMITED", { retryAfterMs: 150 })), true);
    const a = agentOf("a");
    await a.join();
    await a.agent.emitOutcome("patience");
    assert.ok(times[1] - times[0] >= 149, `${times[1] - times[0]} ms`);
  });

  it("that never come are asked for again", async () => {
    let silent = true;
    server.reply = (message) => message.type === "outcome" && silent && !(silent = false);
    const a = agentOf("a", { ackTimeout: 30 });
    await a.join();
    assert.equal((await a.agent.emitOutcome("hello?")).status, "routed");
    assert.equal(new Set(ids(server.of("outcome"))).size, 1);
  });
});

describe("the connection", () => {
  it("comes back by itself, with a delay within the back-off's bounds", async () => {
    const a = agentOf("a", { backoff: { base: 8, max: 20, random: () => 0.999 } });
    await a.join();
    server.refusing = true;
    server.dropAll();
    const waits = () => a.infos.filter(({ state }) => state === "waiting");
    await a.until(() => waits().length >= 4);
    const delays = waits().map(({ retryInMs }) => retryInMs);
    assert.deepEqual(delays.slice(0, 4).map(Math.ceil), [8, 16, 20, 20]);
    server.refusing = false;
    await a.until(() => a.agent.state === "registered");
    a.infos.length = 0;
    server.dropAll();
    await a.until(() => waits().length > 0);
    assert.equal(Math.ceil(waits()[0].retryInMs), 8, "a registration starts the back-off anew");
  });

  it("stays away longer after a rate-limit close", async () => {
    const a = agentOf("a", { backoff: { base: 1, max: 100, random: () => 1 } });
    await a.join();
    [...server.sessions][0].close(4001);
    await a.until(() => a.registered.length === 2);
    assert.equal(a.infos.find(({ state }) => state === "waiting").retryInMs, 16);
  });

  it("backs off from 0 to 1 s at first and never beyond 30 s", () => {
    const at = (n, random) => backoffDelay(n, { ...DEFAULTS.backoff, random: () => random });
    assert.deepEqual([0, 1, 2, 3, 4].map((n) => at(n, 1)), [1000, 2000, 4000, 8000, 16_000]);
    assert.deepEqual([5, 6, 99, 1e6].map((n) => at(n, 1)), [30_000, 30_000, 30_000, 30_000]);
    assert.deepEqual([0, 7].map((n) => at(n, 0)), [0, 0]);
  });

  for (const code of [1001, 1011, 1012, 4001]) {
    it(`reconnects after close ${code}`, async () => {
      const a = agentOf("a");
      await a.join();
      [...server.sessions][0].close(code, "because");
      await a.until(() => a.registered.length === 2);
      const waiting = a.infos.find(({ state }) => state === "waiting");
      assert.equal(waiting.code, code);
      assert.equal(waiting.reason, "because");
    });
  }

  for (const [code, name] of [[4000, "AUTHENTICATION"], [4002, "MALFORMED"]]) {
    it(`stops after close ${code}`, async () => {
      const a = agentOf("a");
      await a.join();
      server.reply = (message) => message.type === "outcome";
      const emitted = a.agent.emitOutcome("last");
      await a.until(() => server.of("outcome").length === 1);
      [...server.sessions][0].close(code);
      await assert.rejects(emitted, { code: name });
      assert.equal(a.agent.state, "stopped");
      assert.deepEqual(a.errors.map((error) => error.code), [name]);
      server.reply = () => false;
      await a.join();
      assert.equal(server.connections, 2, "connect() starts again");
    });
  }

  it("stays away after close()", async () => {
    const a = agentOf("a");
    await a.join();
    a.agent.close();
    await a.until(() => server.sessions.size === 0);
    assert.deepEqual([a.agent.state, a.agent.ws], ["closed", null]);
    assert.equal(server.connections, 1);
    assert.ok(!a.states.includes("waiting"));
  });

  it("does not come back when closed while waiting", async (t) => {
    const a = agentOf("a", { backoff: { base: 1e6, max: 1e6, random: () => 1 } });
    await a.join();
    server.dropAll();
    await a.until(() => a.agent.state === "waiting");
    a.agent.close();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    t.mock.timers.tick(2e6);
    assert.equal(a.agent.state, "closed");
    assert.equal(server.connections, 1);
  });

  it("connect() while waiting tries at once", async () => {
    const a = agentOf("a", { backoff: { base: 1e6, max: 1e6, random: () => 1 } });
    await a.join();
    server.dropAll();
    await a.until(() => a.agent.state === "waiting");
    await a.join();
    assert.equal(server.connections, 2);
  });

  it("fails over along the list of addresses", async () => {
    const second = await QisServer.start();
    more.push(second);
    server.refusing = true;
    const a = agentOf("a", {}, [server.url, second.url]);
    await a.join();
    assert.equal(a.agent.url, second.url);
    server.refusing = false;
    second.refusing = true;
    second.dropAll();
    await a.until(() => a.registered.length === 2);
    assert.equal(a.agent.url, server.url);
  });

  it("stops when the address is none", () => {
    const a = agentOf("a", {}, "not a url");
    a.agent.connect();
    assert.equal(a.agent.state, "stopped");
    assert.equal(a.errors[0].code, "INVALID_URL");
  });

  it("pings, and gives a silent connection up", async () => {
    const a = agentOf("a", { heartbeat: { interval: 10, timeout: 60 } });
    await a.join();
    await a.until(() => server.of("ping").length >= 12);
    assert.equal(server.connections, 1, "pongs keep the connection");
    let silent = true;
    server.reply = () => silent;
    await a.until(() => a.states.includes("waiting"));
    silent = false;
    await a.until(() => a.registered.length === 2);
    assert.match(a.infos.find(({ state }) => state === "waiting").reason, /nothing heard/);
  });

  it("sends no ping when told so", async () => {
    const a = agentOf("a", { heartbeat: false });
    await a.join();
    await a.agent.emitOutcome(1);
    assert.equal(server.of("ping").length, 0);
  });

  it("gives up on a registration without an answer", async () => {
    let silent = true;
    server.reply = () => silent;
    const a = agentOf("a", { registerTimeout: 30 });
    a.agent.connect();
    await a.until(() => a.states.includes("waiting"));
    silent = false;
    await a.until(() => a.agent.state === "registered");
  });

  it("retries a registration while the mesh warms up, and stops when it is refused", async () => {
    const codes = ["UNAVAILABLE", "INVALID_FINGERPRINT"];
    server.reply = (message, session) => {
      const code = codes.shift();
      return code && (session.send(refusal(message, code)), true);
    };
    const a = agentOf("a");
    a.agent.connect();
    await a.until(() => a.agent.state === "stopped");
    assert.deepEqual(a.errors.map((error) => [error.code, error.retrying]),
      [["UNAVAILABLE", true], ["INVALID_FINGERPRINT", false]]);
    assert.equal(server.of("register").length, 2);
  });
});

describe("an agent id taken over by another session", () => {
  const move = () => [...server.sessions][0].send(
    { type: "error", code: "AGENT_MOVED", message: "moved", error: "moved", details: {} });

  it("is left to it: connected, unregistered, told", async () => {
    const a = agentOf("a");
    await a.join();
    move();
    await a.until(() => a.agent.state === "moved");
    assert.equal(a.moved[0].code, "AGENT_MOVED");
    assert.equal(a.agent.ws.readyState, 1);
    await assert.rejects(a.agent.emitOutcome("mine?"), { code: "AGENT_MOVED" });
    assert.equal(server.of("register").length, 1);
  });

  it("is not taken back when the socket dies later", async () => {
    const a = agentOf("a");
    await a.join();
    move();
    await a.until(() => a.agent.state === "moved");
    server.dropAll();
    await a.until(() => a.agent.ws === null);
    assert.equal(a.agent.state, "moved");
    assert.ok(!a.states.includes("waiting"));
    assert.equal(server.connections, 1);
  });

  it("is taken back by connect(), on the same socket", async () => {
    const a = agentOf("a");
    await a.join();
    move();
    await a.until(() => a.agent.state === "moved");
    await a.join();
    assert.equal(server.connections, 1);
    assert.equal(server.of("register").length, 2);
  });

  it("leaves an outcome already sent its answer", async () => {
    const held = holdOutcomes();
    const a = agentOf("a");
    await a.join();
    const emitted = a.agent.emitOutcome("just in time");
    await a.until(() => held.length === 1);
    move();
    await a.until(() => a.agent.state === "moved");
    server.answer(...held[0]);
    assert.equal((await emitted).status, "routed");
  });
});

describe("incoming outcomes", () => {
  const push = (source, id, extra = {}) => [...server.sessions][0].send({
    type: "incoming_outcome",
    packet: { source_agent: source, outcome_id: id, payload: id },
    ...extra,
  });

  it("are handed over once per source and id, within a bounded memory", async () => {
    const a = agentOf("a", { seenLimit: 2 });
    await a.join();
    push("x", "1");
    push("x", "1");
    push("y", "1");
    push("x", "2");
    push("x", "1", { replayed: true });
    push("x", "2");
    await a.until(() => a.incoming.length === 4);
    await a.agent.emitOutcome("a round trip, so that all pushes have been read");
    assert.deepEqual(a.incoming.map(([packet]) => packet.source_agent + packet.outcome_id),
      ["x1", "y1", "x2", "x1"]);
    assert.equal(a.incoming[3][1].replayed, true);
  });

  it("missed while away are asked for from the last position", async () => {
    const a = agentOf("a");
    await a.join();
    push("x", "1", { position: "p7" });
    await a.until(() => a.incoming.length === 1);
    server.dropAll();
    await a.until(() => a.registered.length === 2);
    assert.deepEqual(server.of("register").map((message) => message.resume), [undefined, "p7"]);
  });

  it("are not disturbed by what is no JSON or unknown", async () => {
    const a = agentOf("a");
    await a.join();
    const [session] = server.sessions;
    session.send("just a string");
    session.send({ type: "system_event" });
    session.send({ type: "incoming_outcome" });
    push("x", "1");
    await a.until(() => a.incoming.length === 1);
    assert.deepEqual(a.errors, []);
  });
});
