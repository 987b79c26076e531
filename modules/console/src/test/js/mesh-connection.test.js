import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MESH_DEFAULTS, MeshClient } from "../../../client/index.js";
import { MeshServer } from "./mesh-server.js";
import { clientOf, connected, more, server, session } from "./meshes.js";

const SLOW = { backoff: { base: 1e6, max: 1e6, random: () => 1 } };

describe("a mesh client's connection", () => {
  it("opens", async () => {
    const a = clientOf();
    assert.equal(a.client.state, "closed");
    await a.client.connect();
    assert.equal(a.client.state, "open");
    assert.deepEqual(a.states(), ["connecting", "open"]);
    assert.equal(a.client.url, server.url);
  });

  it("asks for what it was told to in the address, and leaves what is there", async () => {
    const url = `${server.url}?dryRun=true`;
    await connected({ url, protocol: 2, fps: 30, compression: "zlib" });
    assert.equal(session().url.search, "?dryRun=true&protocol=2&fps=30&compression=zlib");
  });

  it("takes undefined for what was not set", async () => {
    const nothing = { protocol: undefined, fps: undefined, connectTimeout: undefined, heartbeat: undefined };
    clientOf({ heartbeat: { interval: undefined, timeout: undefined } });
    await connected({ ...nothing, token: undefined, events: undefined, WebSocket: undefined });
    assert.equal(session().url.search, "");
  });

  it("takes http for ws", async () => {
    const a = await connected({ url: server.url.replace("ws:", "http:") });
    assert.equal(a.client.state, "open");
  });

  for (const [options, text] of [
    [{ url: [] }, "url: expected one or several addresses"],
    [{ protocol: 4 }, "protocol: expected 1 or 2 or 3, got 4"],
    [{ compression: "gzip" }, 'compression: expected "deflate" or "zlib", got "gzip"'],
    [{ authentication: "header" }, 'authentication: expected "message" or "query", got "header"'],
    [{ fps: -1 }, "fps: expected a whole number from 1 to 60, got -1"],
    [{ fps: 7.5 }, "fps: expected a whole number from 1 to 60, got 7.5"],
    [{ fps: "30" }, 'fps: expected a whole number from 1 to 60, got "30"'],
    [{ heartBeat: false }, /^heartBeat: no such option, expected one of backoff, heartbeat, /],
    [{ token: 5 }, "token: expected a string or a function, got number"],
    [{ token: { secret: "s" } }, "token: expected a string or a function, got object"],
    [{ heartbeat: 5 }, "heartbeat: expected { interval, timeout } or false, got 5"],
    [{ heartbeat: true }, "heartbeat: expected { interval, timeout } or false, got true"],
    [{ heartbeat: null }, "heartbeat: expected { interval, timeout } or false, got null"],
    [{ heartbeat: [5] }, "heartbeat: expected { interval, timeout } or false, got [5]"],
    [{ heartbeat: { interval: 0 } },
      "heartbeat.interval: expected milliseconds above 0, up to 2147483647, got 0"],
    [{ heartbeat: { timeout: "9" } },
      'heartbeat.timeout: expected milliseconds above 0, up to 2147483647, got "9"'],
    [{ heartbeat: { interval: 2 ** 31 } },
      "heartbeat.interval: expected milliseconds above 0, up to 2147483647, got 2147483648"],
    [{ heartbeat: { every: 5 } }, "heartbeat.every: no such option, expected one of interval, timeout"],
    [{ WebSocket: null }, "No WebSocket here: give one as options.WebSocket"],
  ]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => new MeshClient({ url: server.url, ...options }), { message: text });
    });
  }

  it("takes one argument, and does not pass over a second", () => {
    assert.throws(() => new MeshClient(server.url, { token: "good" }), {
      name: "TypeError",
      message: "options: expected one object, such as { url, token }, got a second argument",
    });
    assert.equal(new MeshClient(server.url, undefined).state, "closed");
  });

  for (const url of ["/ws", "ftp://127.0.0.1/ws"]) {
    it(`ends where ${url} is no address`, async () => {
      const a = clientOf({ url });
      await assert.rejects(a.client.connect(), { code: "INVALID_URL" });
      assert.deepEqual(a.states(), ["connecting", "closed"]);
    });
  }

  it("has the waits that the mesh's clients agreed on, where nothing else is said", () => {
    const { backoff: { base, max }, heartbeat } = MESH_DEFAULTS;
    assert.deepEqual([base, max, heartbeat], [1000, 30_000, { interval: 30_000, timeout: 75_000 }]);
  });

  it("comes back by itself, waiting longer with each failure", async () => {
    const a = await connected({ backoff: { base: 8, max: 20, random: () => 0.999 } });
    server.refusing = true;
    server.dropAll();
    const waits = () => a.infos.filter(({ state }) => state === "reconnecting");
    await a.until(() => waits().length >= 4);
    assert.deepEqual(waits().slice(0, 4).map(({ retryInMs }) => Math.ceil(retryInMs)), [16, 20, 20, 20]);
    server.refusing = false;
    await a.until(() => a.client.state === "open");
  });

  it("waits longer still where connections open and die at once", async () => {
    const a = clientOf({ backoff: { base: 4, max: 40, random: () => 1 } });
    server.reply = (_, from) => (from.close(1011), true);
    a.client.connect();
    const waits = () => a.infos.filter(({ state }) => state === "reconnecting");
    await a.until(() => waits().length >= 4);
    assert.deepEqual(waits().slice(0, 4).map(({ retryInMs }) => retryInMs), [8, 16, 32, 40]);
    assert.equal(a.states().filter((state) => state === "open").length >= 4, true);
  });

  it("starts the back-off anew once it has proved healthy", async () => {
    const a = await connected({ healthyAfter: 20, backoff: { base: 4, max: 40, random: () => 1 } });
    for (let round = 1; round <= 3; round++) {
      // Nothing says that the time is over but the time itself.
      await new Promise((resolve) => setTimeout(resolve, 40));
      server.dropAll();
      await a.until(() => a.states().filter((state) => state === "open").length === round + 1);
    }
    const waits = a.infos.filter(({ state }) => state === "reconnecting");
    assert.deepEqual(waits.map(({ retryInMs }) => retryInMs), [8, 8, 8]);
  });

  it("stays away longer after 4001", async () => {
    const a = await connected({ backoff: { base: 1, max: 100, random: () => 1 } });
    session().close(4001, "rate limit exceeded");
    await a.until(() => a.states().includes("reconnecting"));
    const { retryInMs, code, reason } = a.infos.at(-1);
    assert.deepEqual([retryInMs, code, reason], [32, 4001, "rate limit exceeded"]);
  });

  it("ends with 4002", async () => {
    const a = await connected();
    session().close(4002, "too many malformed messages");
    await a.until(() => a.client.state === "closed");
    assert.deepEqual([a.infos.at(-1).error.code, a.infos.at(-1).code], ["MALFORMED", 4002]);
  });

  it("fails over to the next address", async () => {
    const second = await MeshServer.start();
    more.push(second);
    server.refusing = true;
    const a = await connected({ url: [server.url, second.url] });
    assert.equal(a.client.url, second.url);
  });

  for (const code of [1001, 1012]) {
    it(`moves to the next address at once after ${code}`, async () => {
      const second = await MeshServer.start();
      more.push(second);
      const a = await connected({ url: [server.url, second.url], ...SLOW });
      session().close(code);
      await a.until(() => second.sessions.size === 1);
      assert.equal(a.infos.find(({ state }) => state === "reconnecting").retryInMs, 0);
    });
  }

  it("does not go round and round where every gateway is isolated", async () => {
    const second = await MeshServer.start();
    more.push(second);
    for (const each of [server, second]) each.reply = (_, from) => (from.close(1012), true);
    const a = clientOf({ url: [server.url, second.url], ...SLOW });
    a.client.connect();
    await a.until(() => a.infos.at(-1)?.retryInMs > 0);
    assert.equal(server.connections + second.connections, 2);
  });

  it("stays closed, and can be opened again", async () => {
    const a = await connected();
    a.client.close();
    await a.until(() => server.sessions.size === 0);
    assert.equal(a.client.state, "closed");
    await a.client.connect();
    assert.equal(server.connections, 2);
  });

  it("tells who waits for it that it was closed", async () => {
    server.refusing = true;
    const a = clientOf(SLOW);
    const opening = a.client.connect();
    assert.equal(a.client.connect(), opening, "one wait for all who ask");
    await a.until(() => a.client.state === "reconnecting");
    a.client.close();
    await assert.rejects(opening, { code: "CLOSED" });
  });

  it("pings at once and then at intervals, and knows the way's length", async () => {
    const a = await connected({ heartbeat: { interval: 10, timeout: 1000 } });
    await a.until(() => server.of("ping").length >= 3);
    await a.until(() => a.client.roundTrip !== null);
    assert.ok(a.client.roundTrip >= 0 && a.client.roundTrip < 1000);
    assert.ok(Math.abs(server.of("ping")[0].timestamp - Date.now()) < 5000);
  });

  it("is given up where nothing comes back", async () => {
    const a = await connected({ heartbeat: { interval: 10, timeout: 50 } });
    let silent = true;
    server.reply = () => silent;
    await a.until(() => a.states().includes("reconnecting"));
    assert.match(a.infos.at(-1).reason, /nothing heard/);
    silent = false;
    await a.until(() => a.client.state === "open");
  });

  it("sends no ping when told so", async () => {
    const a = await connected({ heartbeat: false });
    await a.client.setting("a.b", 1);
    assert.equal(server.of("ping").length, 0);
  });
});
