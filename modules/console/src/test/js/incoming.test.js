import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agentOf, server } from "./agents.js";

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
