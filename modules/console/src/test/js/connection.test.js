import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffDelay, DEFAULTS }
  from "../../../client/qis-browser-agent.js";
import { agentOf, more, refusal, server } from "./agents.js";
import { QisServer } from "./qis-server.js";

describe("the connection", () => {
  it("comes back by itself, with a delay within the back-off's bounds", async () => {
    const a = agentOf("a", { backoff: { base: 8, max: 20, random: () => 0.999 } });
    await a.join();
    server.refusing = true;
    server.dropAll();
    const waits = () => a.infos.filter(({ state }) => state === "waiting");
    await a.until(() => waits().length >= 4);
    const delays = waits().map(({ retryInMs }) => retryInMs);
    assert.deepEqual(delays.slice(0, 4).map(Math.ceil), [16, 20, 20, 20]);
    server.refusing = false;
    await a.until(() => a.agent.state === "registered");
    a.infos.length = 0;
    server.dropAll();
    await a.until(() => waits().length > 0);
    assert.equal(Math.ceil(waits()[0].retryInMs), 16, "a registration starts the back-off anew");
  });

  it("stays away longer after a rate-limit close", async () => {
    const a = agentOf("a", { backoff: { base: 1, max: 100, random: () => 1 } });
    await a.join();
    [...server.sessions][0].close(4001);
    await a.until(() => a.registered.length === 2);
    assert.equal(a.infos.find(({ state }) => state === "waiting").retryInMs, 32);
  });

  it("backs off from 1 to 2 s at first and never beyond 30 s", () => {
    const at = (n, random) => backoffDelay(n, { ...DEFAULTS.backoff, random: () => random });
    assert.deepEqual([0, 1, 2, 3].map((n) => at(n, 1)), [2000, 4000, 8000, 16_000]);
    assert.deepEqual([4, 5, 99, 1e6].map((n) => at(n, 1)), [30_000, 30_000, 30_000, 30_000]);
    assert.deepEqual([0, 7].map((n) => at(n, 0)), [1000, 1000]);
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

  it("takes no heartbeat that is none", () => {
    assert.throws(() => agentOf("a", { heartbeat: 5 }),
      { message: "heartbeat: expected { interval, timeout } or false, got 5" });
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
