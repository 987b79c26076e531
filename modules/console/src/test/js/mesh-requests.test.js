import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientOf, connected, FullSocket, server, session } from "./meshes.js";

describe("what a mesh client asks", () => {
  it("is a setting, confirmed", async () => {
    const a = await connected();
    const told = a.keep("settings_updated");
    const confirmed = await a.client.setting("visualisation.rendering.enable_shadows", true);
    const { path, value } = confirmed;
    assert.deepEqual([path, value], ["visualisation.rendering.enable_shadows", true]);
    assert.ok(confirmed.timestamp > 0);
    assert.deepEqual(told, [confirmed], "listeners are told too");
    assert.equal(server.settings.get(path), true);
  });

  it("is several settings, confirmed together", async () => {
    const a = await connected();
    const confirmed = await a.client.settingsBatch([{ path: "a", value: 1 }, { path: "b", value: 2 }]);
    assert.deepEqual(confirmed.map(({ path, value }) => [path, value]), [["a", 1], ["b", 2]]);
    assert.equal(a.client.pending, 0);
  });

  it("is an agent's pause, a voice command, a ping, any message", async () => {
    const a = await connected();
    const paused = await a.client.agentControl("pause", "agent_1");
    assert.deepEqual([paused.type, paused.agentId, paused.status], ["agent_controlled", "agent_1", "paused"]);
    const { response } = await a.client.voiceCommand({ command: "sing", sessionId: "s" });
    assert.deepEqual([response.intent, response.success], ["OutOfScope", false]);
    assert.ok(server.of("voice_command")[0].timestamp > 0);
    const { roundTrip, serverTime } = await a.client.ping();
    assert.ok(roundTrip >= 0 && Math.abs(serverTime - Date.now()) < 5000);
    assert.equal((await a.client.request({ type: "ping" })).type, "pong");
  });

  it("may be refused, for a reason that says all", async () => {
    const a = await connected();
    await assert.rejects(a.client.setting("bad.path", 1), {
      name: "MeshError", code: "INVALID_SETTING", message: "no such setting: bad.path",
      details: { path: "bad.path" },
    });
    await assert.rejects(a.client.settingsBatch([{ path: "a", value: 1 }, { path: "bad.b", value: 2 }]),
      { code: "INVALID_SETTING" });
    await assert.rejects(a.client.agentControl("pause", "nobody"), { code: "AGENT_NOT_FOUND" });
    await assert.rejects(a.client.request({ type: "nonsense" }), { code: "UNKNOWN_TYPE" });
    assert.deepEqual(a.errors, [], "who asked knows; nobody else has to");
  });

  it("finds its answer by id, in whatever order", async () => {
    const held = [];
    server.reply = (message) => message.type === "settings" && held.push(message);
    const a = await connected();
    const asked = [1, 2, 3].map((value) => a.client.setting(`p${value}`, value));
    await a.until(() => held.length === 3);
    held.reverse().forEach((message) => server.answer(message, session()));
    assert.deepEqual((await Promise.all(asked)).map(({ value }) => value), [1, 2, 3]);
  });

  it("is not answered by another client's change of the same setting", async () => {
    const held = [];
    server.reply = (message) => message.value === "a's" && held.push(message);
    const [a, b] = [await connected(), await connected()];
    const told = a.keep("settings_updated");
    const asked = a.client.setting("p", "a's");
    await a.until(() => held.length === 1);
    await b.client.setting("p", "b's");
    await a.until(() => told.length === 1);
    assert.equal(a.client.pending, 1);
    server.answer(held[0], [...server.sessions][0]);
    assert.equal((await asked).value, "a's");
  });

  it("is rejected when no answer comes", async () => {
    server.reply = ({ type }) => type === "settings";
    const a = await connected({ requestTimeout: 30 });
    await assert.rejects(a.client.setting("p", 1), { code: "NO_ANSWER", message: /30 ms/ });
    assert.equal(a.client.state, "open");
    assert.equal(a.client.pending, 0);
  });

  it("waits for a connection, in order", async () => {
    const a = clientOf();
    a.client.connect();
    const asked = [1, 2, 3].map((value) => a.client.setting(`p${value}`, value));
    await Promise.all(asked);
    assert.deepEqual(server.of("settings").map(({ value }) => value), [1, 2, 3]);
  });

  it("gives way to a newer value of the same setting while it waits", async () => {
    const a = clientOf();
    a.client.connect();
    const [first, second, other] =
      [a.client.setting("p", 1), a.client.setting("p", 2), a.client.setting("q", 3)];
    await assert.rejects(first, { code: "SUPERSEDED" });
    await Promise.all([second, other]);
    assert.deepEqual(server.of("settings").map(({ value }) => value), [2, 3]);
  });

  it("is rejected when it has waited too long, or too much waits", async () => {
    server.refusing = true;
    const a = clientOf({ queueTimeout: 60, queueLimit: 2 });
    a.client.connect();
    const [first, second, third] = [1, 2, 3].map((n) => a.client.agentControl("pause", `agent_${n}`));
    await assert.rejects(first, { code: "DROPPED", message: /More than 2/ });
    await assert.rejects(second, { code: "NOT_CONNECTED", message: /60 ms/ });
    await assert.rejects(third, { code: "NOT_CONNECTED" });
    assert.equal(a.client.pending, 0);
  });

  it("is never sent twice: what was under way when the connection died is rejected", async () => {
    server.reply = ({ type }) => type === "agent_control";
    const a = await connected();
    const asked = a.client.agentControl("restart", "agent_1");
    await a.until(() => server.of("agent_control").length === 1);
    server.dropAll();
    await assert.rejects(asked, { code: "CONNECTION_LOST", message: /may have taken effect or not/ });
    await a.until(() => a.states().filter((state) => state === "open").length === 2);
    assert.equal(server.of("agent_control").length, 1);
  });

  it("waits while too much is under way", async () => {
    const held = [];
    server.reply = (message) => message.type === "settings" && held.push(message);
    const a = await connected({ inFlightLimit: 2 });
    const asked = [1, 2, 3].map((value) => a.client.setting(`p${value}`, value));
    await a.until(() => held.length === 2);
    a.client.send({ type: "ping", id: "behind them all" });
    await a.until(() => a.messages.some(({ id }) => id === "behind them all"));
    assert.equal(server.of("settings").length, 2);
    server.reply = () => false;
    held.forEach((message) => server.answer(message, session()));
    assert.deepEqual((await Promise.all(asked)).map(({ value }) => value), [1, 2, 3]);
  });

  it("waits while the socket is full", async () => {
    const a = await connected({ WebSocket: FullSocket });
    FullSocket.full = true;
    const asked = a.client.setting("p", 1);
    a.client.send({ type: "ping", id: "behind it" });
    await a.until(() => a.messages.some(({ id }) => id === "behind it"));
    assert.equal(server.of("settings").length, 0);
    FullSocket.full = false;
    assert.equal((await asked).value, 1);
  });

  it("is refused at once when it is no JSON, too large, or the client is closed", async () => {
    const a = await connected({ messageLimit: 1000 });
    await assert.rejects(a.client.setting("p", 1n), { code: "INVALID_MESSAGE" });
    await assert.rejects(a.client.setting("p", "x".repeat(1000)), { code: "TOO_LARGE" });
    await assert.rejects(a.client.settingsBatch([]), { code: "INVALID_MESSAGE" });
    a.client.close();
    await assert.rejects(a.client.setting("p", 1), { code: "CLOSED" });
    assert.equal(a.client.send({ type: "ping" }), false);
  });

  it("is rejected by close(), and an ignored rejection is no fault", async () => {
    const unhandled = [];
    const note = (error) => unhandled.push(error);
    process.on("unhandledRejection", note);
    server.reply = ({ type }) => type === "settings";
    const a = await connected();
    a.client.setting("ignored", 1);
    const watched = a.client.setting("watched", 1);
    await a.until(() => server.of("settings").length === 2);
    a.client.close();
    await assert.rejects(watched, { code: "CLOSED" });
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });
});
