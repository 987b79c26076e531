import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Default, { QISBrowserAgent }
  from "../../../client/qis-browser-agent.js";
import { FINGERPRINT, agentOf, ids, server } from "./agents.js";

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
