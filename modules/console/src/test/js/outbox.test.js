import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentOf, holdOutcomes, ids, payloads, server } from "./agents.js";

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

  it("may come from the very callback that tells of a drop, also when the socket is just lost", async () => {
    holdOutcomes();
    let again = null;
    const a = agentOf("a", {
      queueLimit: 1,
      onDropped: ({ payload }) => {
        if (payload === 1) again = a.agent.emitOutcome("again");
      },
    });
    await a.join();
    const emitted = [1, 2].map((n) => a.agent.emitOutcome(n));
    await a.until(() => server.of("outcome").length === 2);
    server.reply = () => false;
    server.dropAll();
    await assert.rejects(emitted[0], { code: "DROPPED" });
    assert.equal((await again).status, "routed");
  });

  it("may be given up by the very callback that tells of a drop: the agent then stays away", async () => {
    holdOutcomes();
    const a = agentOf("a", { queueLimit: 1, onDropped: () => a.agent.close() });
    await a.join();
    const emitted = [1, 2].map((n) => a.agent.emitOutcome(n));
    await a.until(() => server.of("outcome").length === 2);
    server.dropAll();
    await assert.rejects(emitted[0], { code: "DROPPED" });
    await assert.rejects(emitted[1], { code: "CLOSED" });
    assert.equal(a.agent.state, "closed");
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
