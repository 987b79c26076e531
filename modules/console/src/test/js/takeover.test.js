import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentOf, holdOutcomes, server } from "./agents.js";

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
