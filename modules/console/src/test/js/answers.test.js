import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentOf, holdOutcomes, ids, payloads, refusal, server } from "./agents.js";

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
