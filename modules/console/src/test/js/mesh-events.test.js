import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { EVENTS } from "./mesh-server.js";
import { clientOf, connected, server, session } from "./meshes.js";

const status = (agentId, more = {}) => ({ type: "agent_status", agentId, status: "active", ...more });

describe("what a mesh client hears", () => {
  it("is by type, until it is told to stop", async () => {
    const a = await connected({ url: server.url.replace(/ws$/, "ws/agents") });
    const heard = [];
    const off = a.client.on("agent_status", ({ agentId }) => heard.push(agentId));
    const first = a.keep("agent_status");
    let once = 0;
    a.client.once("agent_status", () => once++);
    server.publish("agent_status", status("x"));
    await a.until(() => first.length === 1);
    off();
    server.publish("agent_status", status("y"));
    await a.until(() => first.length === 2);
    assert.deepEqual([heard, once], [["x"], 1]);
  });

  it("goes on after a listener that throws", async (t) => {
    const log = t.mock.method(console, "error", () => {});
    const a = await connected();
    a.client.on("system_event", () => { throw new Error("mine"); });
    const heard = a.keep("system_event");
    server.publish("system_event", { type: "system_event", event: "agent_joined", data: {} });
    await a.until(() => heard.length === 1);
    assert.equal(log.mock.callCount(), 1);
  });

  it("is the text as it came, but for answers to what the client asks by itself", async () => {
    const a = clientOf({ events: ["agent_status"] });
    const texts = a.keep("text");
    await a.client.connect();
    await a.client.subscribe("task_progress");
    a.client.send({ type: "subscribe", events: ["gpu_analytics"] });
    await a.until(() => texts.length === 1);
    assert.ok(JSON.parse(texts[0]).events.includes("gpu_analytics"));
    await a.until(() => a.messages.some(({ type }) => type === "pong"));
    assert.equal(texts.length, 1);
  });

  it("can be read in a loop that ends with the client, and drops the oldest", async () => {
    const a = await connected();
    const stream = a.client.events("system_event", { limit: 2 });
    const heard = a.keep("system_event");
    for (const event of ["one", "two", "three"]) {
      server.publish("system_event", { type: "system_event", event, data: {} });
    }
    await a.until(() => heard.length === 3);
    const read = [];
    for await (const { event } of stream) {
      read.push(event);
      if (read.length === 2) a.client.close();
    }
    assert.deepEqual([read, stream.dropped], [["two", "three"], 1]);
  });

  it("is an error that answers nothing, and no message passes for the client's own word", async () => {
    const a = await connected();
    const before = a.infos.length;
    server.say(session(), { type: "state", state: "closed" });
    server.say(session(), { type: "error", code: "V1_ID_RANGE", message: "too many", details: { left: 3 } });
    await a.until(() => a.errors.length === 1);
    assert.deepEqual([a.errors[0].code, a.errors[0].details], ["V1_ID_RANGE", { left: 3 }]);
    assert.equal(a.infos.length, before);
  });
});

describe("a mesh client's subscriptions", () => {
  it("are answered with all that are held", async () => {
    const a = await connected({ url: server.url.replace(/ws$/, "ws/voice") });
    assert.deepEqual(await a.client.subscribe(["agent_status", "task_progress"]),
      ["agent_status", "task_progress"]);
    assert.deepEqual(await a.client.unsubscribe("task_progress"), ["agent_status"]);
  });

  it("are told where none is added or taken away", async () => {
    const a = await connected({ url: server.url.replace(/ws$/, "ws/agents") });
    const held = ["agent_status", "task_progress", "system_event"];
    assert.deepEqual(await a.client.subscribe([]), held);
    assert.deepEqual(await a.client.unsubscribe([]), held);
    assert.deepEqual(server.of("subscribe").map(({ events }) => events), [[]]);
  });

  it("are told before the first connection too, less what was unsubscribed from", async () => {
    const a = clientOf({ url: server.url.replace(/ws$/, "ws/agents") });
    const told = a.client.subscribe([]);
    a.client.unsubscribe("task_progress");
    await a.client.connect();
    assert.deepEqual(await told, ["agent_status", "system_event"]);
  });

  it("are restored on a new connection, what was unsubscribed from too", async () => {
    const a = await connected({ events: ["gpu_analytics"] });
    await a.client.subscribe(["agent_status", "task_progress"]);
    await a.client.unsubscribe(["task_progress", "positions"]);
    const held = [...session().events].sort();
    server.dropAll();
    await a.until(() => server.connections === 2 && session()?.events.has("gpu_analytics"));
    assert.deepEqual([...session().events].sort(), held);
    assert.deepEqual(held,
      ["agent_status", "gpu_analytics", "graph_update", "settings_updated", "system_event"]);
  });

  it("made while there is no connection are settled by the next", async () => {
    const a = clientOf();
    const subscribed = a.client.subscribe("agent_status");
    await a.client.connect();
    assert.ok((await subscribed).includes("agent_status"));
  });

  it("under way when the connection dies are settled by the next", async () => {
    let silent = true;
    server.reply = ({ type }) => type === "subscribe" && silent;
    const a = await connected();
    const subscribed = a.client.subscribe("agent_status");
    await a.until(() => server.of("subscribe").length === 1);
    silent = false;
    server.dropAll();
    assert.ok((await subscribed).includes("agent_status"));
  });

  it("that are refused are not asked for again", async () => {
    const a = await connected();
    await assert.rejects(a.client.subscribe("weather"), { code: "UNKNOWN_EVENT" });
    for (const none of [undefined, 7, ["agent_status", null]]) {
      await assert.rejects(a.client.subscribe(none), { code: "INVALID_MESSAGE" });
    }
    server.dropAll();
    await a.until(() => a.states().filter((state) => state === "open").length === 2);
    await a.client.ping();
    assert.equal(server.of("subscribe").length, 1);
    assert.deepEqual(a.errors, []);
  });

  it("are as they were before one that was refused", async () => {
    const a = await connected();
    await a.client.unsubscribe("positions");
    server.reply = ({ type }, from) => type === "subscribe" && (from.send(
      { type: "error", code: "FORBIDDEN", message: "no", id: server.of("subscribe").at(-1).id }), true);
    await assert.rejects(a.client.subscribe(["positions", "agent_status"]), { code: "FORBIDDEN" });
    server.reply = () => false;
    server.dropAll();
    await a.until(() => server.connections === 2 && session() && !session().events.has("positions"));
    await a.client.ping();
    assert.ok(!session().events.has("agent_status"));
  });

  it("do not cost the others where a gateway does not know one of them", async () => {
    const a = clientOf({ events: ["agent_status", "weather", "task_progress"] });
    await a.client.connect();
    await a.until(() => session().events.has("task_progress"));
    assert.ok(session().events.has("agent_status"));
    server.dropAll();
    await a.until(() => session()?.events.has("task_progress") && server.connections === 2);
    const last = server.of("subscribe").at(-1).events;
    assert.deepEqual(last, ["agent_status", "task_progress"]);
  });

  it("are restored although as much waits as may", async () => {
    const a = clientOf({ events: ["agent_status"], queueLimit: 2 });
    const opening = a.client.connect();
    const settings = ["a", "b"].map((path) => a.client.setting(path, 1));
    await Promise.all([opening, ...settings]);
    assert.ok(session().events.has("agent_status"));
    assert.deepEqual(a.errors, []);
  });

  it("that no gateway knows are an error, once for each", async () => {
    const a = clientOf({ events: ["weather", "outcome_routed", "tides"] });
    await a.client.connect();
    await a.until(() => a.errors.length === 2);
    assert.deepEqual(a.errors.map(({ name, code, message, details }) => [name, code, message, details.known]), [
      ["MeshError", "UNKNOWN_EVENT", "unknown event: weather", EVENTS],
      ["MeshError", "UNKNOWN_EVENT", "unknown event: tides", EVENTS],
    ]);
    server.dropAll();
    await a.until(() => server.connections === 2 && session()?.events.has("outcome_routed"));
    await a.client.ping();
    assert.equal(a.errors.length, 2);
  });

  it("none of which is known are an error too, and not asked for again", async () => {
    const a = clientOf({ events: ["weather"] });
    await a.client.connect();
    await a.until(() => a.errors.length === 1);
    assert.deepEqual([a.errors[0].code, a.errors[0].message], ["UNKNOWN_EVENT", "unknown event: weather"]);
    const asked = server.of("subscribe").length;
    server.dropAll();
    await a.until(() => a.states().filter((state) => state === "open").length === 2);
    await a.client.ping();
    assert.deepEqual([a.errors.length, server.of("subscribe").length], [1, asked]);
  });

  it("that are refused for now are an error with each connection, and stay wanted", async () => {
    let forbidden = true;
    server.reply = (message, from) => {
      const refused = forbidden && message.type === "subscribe";
      if (refused) server.refuse(message, from, "FORBIDDEN", "no");
      return refused;
    };
    const a = clientOf({ events: ["agent_status"] });
    await a.client.connect();
    await a.until(() => a.errors.length === 1);
    assert.equal(a.errors[0].code, "FORBIDDEN");
    forbidden = false;
    server.dropAll();
    await a.until(() => session()?.events.has("agent_status"));
    assert.equal(a.errors.length, 1);
  });

  it("are given up with the client", async () => {
    server.refusing = true;
    const a = clientOf();
    const subscribed = a.client.subscribe("agent_status");
    a.client.connect();
    await a.until(() => a.client.state === "reconnecting");
    a.client.close();
    await assert.rejects(subscribed, { code: "CLOSED" });
  });
});

/** The golden frames that the mesh's own tests read too. */
const { stream: GOLDEN } = JSON.parse(readFileSync(new URL(
  "../../../../protocol/src/test/resources/dev/starling/protocol/frame/frames.json",
  import.meta.url)));

describe("a mesh client's frames", () => {
  const row = (id) => {
    const bytes = Buffer.alloc(34);
    bytes.writeUInt16LE(id);
    bytes.writeFloatLE(id / 2, 2);
    return bytes;
  };

  it("are decoded into columns that are used again, and are there undecoded", async () => {
    const a = await connected();
    const frames = a.keep("positions");
    const raw = a.keep("frame");
    session().sendBinary(Buffer.concat([row(1), row(2)]));
    session().sendBinary(Buffer.concat([row(3), row(4)]));
    await a.until(() => frames.length === 2);
    assert.equal(frames[0], frames[1]);
    assert.deepEqual([...frames[1].ids], [3, 4]);
    assert.equal(frames[1].positions[3], 2);
    assert.ok(raw[0] instanceof ArrayBuffer && raw[0].byteLength === 68);
  });

  it("of the protocol that was asked for", async () => {
    const a = await connected({ protocol: 2 });
    const frames = a.keep("positions");
    session().sendBinary(Buffer.concat([Buffer.of(2, 7, 0, 1, 0), row(0).subarray(2)]));
    await a.until(() => frames.length === 1);
    assert.deepEqual([...frames[0].ids], [65_543]);
  });

  it("of the third protocol build on each other, heard or not, and on each connection anew", async () => {
    const a = await connected({ protocol: 3 });
    const raw = a.keep("frame");
    const [key, move, rest] = GOLDEN.map(({ hex }) => Buffer.from(hex.replaceAll(" ", ""), "hex"));
    session().sendBinary(key);
    await a.until(() => raw.length === 1);
    const frames = a.keep("positions");
    session().sendBinary(move);
    await a.until(() => frames.length === 1);
    assert.deepEqual([...frames[0].positions], GOLDEN[1].positions.flat());
    session().sendBinary(move);
    session().sendBinary(rest);
    await a.until(() => raw.length === 4 && frames.length === 2);
    assert.deepEqual(a.errors.map(({ code }) => code), ["FRAME_GAP"]);
    session().close(1001);
    await a.until(() => server.connections === 2 && a.client.state === "open");
    session().sendBinary(rest);
    await a.until(() => a.errors.length === 2);
    assert.equal(frames.length, 2);
    session().sendBinary(key);
    await a.until(() => frames.length === 3);
  });

  it("that are none are an error, not the end", async () => {
    const a = await connected();
    a.keep("positions");
    session().sendBinary(Buffer.alloc(35));
    await a.until(() => a.errors.length === 1);
    assert.equal(a.errors[0].code, "INVALID_FRAME");
    assert.equal(a.client.state, "open");
  });
});

describe("zlib", () => {
  it("is inflated, in the order of arrival, beside frames", async () => {
    const a = await connected({ compression: "zlib", protocol: 2 });
    const heard = a.keep("agent_status");
    const frames = a.keep("positions");
    for (let i = 0; i < 20; i++) {
      server.say(session(), status(`a${i}`, { filler: "x".repeat(i % 2 ? 5000 : 1) }));
    }
    session().sendBinary(Buffer.concat([Buffer.of(2), Buffer.alloc(36)]));
    await a.until(() => heard.length === 20 && frames.length === 1);
    assert.deepEqual(heard.map(({ agentId }) => agentId), heard.map((_, i) => `a${i}`));
  });

  it("that is none, or inflates beyond the limit, is an error", async () => {
    const a = await connected({ compression: "zlib", messageLimit: 2000 });
    const broken = deflateSync("x".repeat(100));
    broken.fill(0xff, 4);
    session().sendBinary(broken);
    session().sendBinary(deflateSync(JSON.stringify(status("big", { filler: "x".repeat(3000) }))));
    await a.until(() => a.errors.length === 2);
    assert.deepEqual(a.errors.map(({ code }) => code), ["INVALID_FRAME", "TOO_LARGE"]);
    assert.equal((await a.client.setting("p", 1)).value, 1);
  });
});
