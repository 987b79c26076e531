import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { MeshError } from "../../../client/index.js";
import { clientOf, connected, server, session } from "./meshes.js";

describe("a mesh client's authentication", () => {
  beforeEach(() => {
    server.tokenRequired = true;
    server.tokens.set("good", { subject: "ada", permissions: ["observe"], pubkey: "key" });
  });

  it("is the first message", async () => {
    const a = await connected({ token: "good", pubkey: "key" });
    const { type, token, pubkey } = server.received[0];
    assert.deepEqual([type, token, pubkey], ["auth", "good", "key"]);
    assert.equal(session().subject, "ada");
    assert.equal(session().url.search, "");
    assert.equal(a.client.state, "open");
  });

  it("is in the address where that is asked for", async () => {
    await connected({ token: "good", authentication: "query" });
    assert.equal(session().url.search, "?token=good");
    assert.equal(server.of("auth").length, 0);
  });

  it("is refused in the address as in a message, before the client is open", async () => {
    const a = clientOf({ token: "forged", authentication: "query" });
    await assert.rejects(a.client.connect(), { code: "AUTHENTICATION", closeCode: 4000 });
    assert.deepEqual(a.states(), ["connecting", "closed"]);
  });

  it("tells why it was refused, where the mesh says so", async () => {
    server.reply = ({ type }, session) => {
      if (type === "auth") session.close(4000, "authentication failed: not-yet-valid");
      return type === "auth";
    };
    const a = clientOf({ token: "good" });
    await assert.rejects(a.client.connect(), {
      code: "AUTHENTICATION", closeCode: 4000, details: { reason: "not-yet-valid" },
      message: "authentication failed: not-yet-valid",
    });
  });

  it("tells what the mesh said", async () => {
    const a = clientOf({ token: "good" });
    const told = a.keep("authenticated");
    await a.client.connect();
    await a.until(() => told.length === 1);
    assert.deepEqual([told[0].subject, told[0].permissions], ["ada", ["observe"]]);
  });

  it("comes before anything that waits", async () => {
    const a = clientOf({ token: async () => "good", events: ["agent_status"] });
    const opening = a.client.connect();
    const setting = a.client.setting("a.b", 1);
    await Promise.all([opening, setting]);
    const types = server.received.map(({ type }) => type).filter((type) => type !== "ping");
    assert.deepEqual(types, ["auth", "subscribe", "settings"]);
  });

  for (const [what, token, pubkey] of [
    ["a wrong token", "bad"], ["a wrong key", "good", "other"], ["no token where one is required"],
  ]) {
    it(`ends with ${what}`, async () => {
      const a = clientOf({ token, pubkey });
      const opening = a.client.connect();
      await a.until(() => a.client.state === "closed");
      // Without a token the connection is open until the mesh finds that one is missing.
      if (token) await assert.rejects(opening, { code: "AUTHENTICATION", closeCode: 4000 });
      assert.equal(a.infos.at(-1).error.code, "AUTHENTICATION");
      assert.equal(server.connections, 1);
    });
  }

  it("is tried again with another token where one can be had", async () => {
    const tokens = ["bad", "good"];
    const a = await connected({ token: () => tokens.shift() });
    assert.equal(a.client.state, "open");
    assert.deepEqual(server.of("auth").map(({ token }) => token), ["bad", "good"]);
  });

  it("is not tried again with the token that was refused", async () => {
    const a = clientOf({ token: () => "bad" });
    await assert.rejects(a.client.connect(), { code: "AUTHENTICATION", message: /again/ });
    assert.equal(server.connections, 1);
  });

  it("ends when every new token is refused", async () => {
    let made = 0;
    const a = clientOf({ token: () => `bad ${++made}` });
    await assert.rejects(a.client.connect(), { code: "AUTHENTICATION", closeCode: 4000 });
    assert.equal(server.connections, 3);
  });

  it("may expire as often as it likes, where each token served for a while", async () => {
    let made = 0;
    const token = () => {
      server.tokens.set(`t${++made}`, { subject: "ada" });
      return `t${made}`;
    };
    const a = await connected({ token, authentication: "query", healthyAfter: 10 });
    for (let round = 1; round <= 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      session().close(4000, "token expired");
      await a.until(() => a.states().filter((state) => state === "open").length === round + 1);
    }
    assert.equal(made, 5);
  });

  it("waits for a token that cannot be had yet", async () => {
    let failures = 2;
    const token = async () => {
      if (failures-- > 0) throw new Error("the login service is down");
      return "good";
    };
    const a = await connected({ token });
    const reasons = a.infos.filter(({ state }) => state === "reconnecting").map(({ reason }) => reason);
    assert.deepEqual(reasons, Array(2).fill("token() failed: the login service is down"));
    assert.deepEqual(a.errors.map(({ name, code, message }) => [name, code, message]),
      Array(2).fill(["MeshError", "TOKEN_UNAVAILABLE", "token() failed: the login service is down"]));
  });

  it("says nothing more of a token that fails after the client was closed", async () => {
    let fail;
    const a = clientOf({ token: () => new Promise((_, reject) => { fail = reject; }) });
    const opening = a.client.connect();
    a.client.close();
    fail(new Error("too late"));
    await assert.rejects(opening, { code: "CLOSED" });
    // What a failed token leads to takes turns of promises, and no time.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([a.errors, a.states()], [[], ["connecting", "closed"]]);
  });

  for (const [what, given] of [["null", null], ["undefined", undefined], ["an empty one", ""]]) {
    it(`waits where token() gives ${what}, as before a login`, async () => {
      const tokens = [given, "good"];
      const a = await connected({ token: () => tokens.shift() });
      assert.deepEqual(a.errors.map(({ code, message }) => [code, message]),
        [["TOKEN_UNAVAILABLE", `token() failed: expected a string, got ${what}`]]);
    });
  }

  for (const given of [5, { token: "good" }, true]) {
    it(`ends where token() gives ${JSON.stringify(given)}`, async () => {
      const a = clientOf({ token: async () => given });
      await assert.rejects(a.client.connect(), {
        name: "MeshError", code: "INVALID_TOKEN", message: `token(): expected a string, got ${typeof given}`,
      });
      assert.deepEqual(a.states(), ["connecting", "closed"]);
      assert.equal(server.connections, 0);
    });
  }

  it("waits where token() fails with a mesh's error", async () => {
    const failures = [new MeshError("NO_ANSWER", "no answer")];
    const a = await connected({
      token: async () => {
        if (failures.length > 0) throw failures.pop();
        return "good";
      },
    });
    assert.deepEqual(a.errors.map(({ code }) => code), ["TOKEN_UNAVAILABLE"]);
  });

  it("gives up on a connection where no answer comes", async () => {
    let silent = true;
    server.reply = () => silent;
    const a = clientOf({ token: "good", connectTimeout: 40 });
    a.client.connect();
    await a.until(() => a.states().includes("reconnecting"));
    assert.equal(a.infos.at(-1).reason, "not authenticated in time");
    silent = false;
    await a.until(() => a.client.state === "open");
  });

  it("is renewed on the living connection, by the mesh's clock", async () => {
    server.clockAhead = 3_600_000;
    let made = 0;
    const token = () => {
      server.tokens.set(`t${++made}`, { subject: "ada", expiresAt: server.now() + 2500 });
      return `t${made}`;
    };
    const a = await connected({ token });
    await a.until(() => server.of("auth").length === 3);
    assert.deepEqual(server.of("auth").map(({ token }) => token), ["t1", "t2", "t3"]);
    assert.deepEqual(a.states(), ["connecting", "open"]);
    assert.equal(server.connections, 1);
  });

  it("fetches another token when one has expired", async () => {
    let made = 0;
    const token = () => {
      server.tokens.set(`t${++made}`, { subject: "ada" });
      return `t${made}`;
    };
    const a = await connected({ token });
    session().close(4000, "token expired");
    await a.until(() => a.states().filter((state) => state === "open").length === 2);
    assert.deepEqual(server.of("auth").map(({ token }) => token), ["t1", "t2"]);
  });
});
