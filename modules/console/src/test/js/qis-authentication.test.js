import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { QISBrowserAgent } from "../../../client/qis-browser-agent.js";
import { agentOf, server } from "./agents.js";

/** By token: until when it holds, in ms since 1970, or null. */
let tokens;

const refusal = (cause) => `authentication failed: ${cause}`;

/** Takes nothing before a token, as a mesh does that needs one. */
function guarded(message, session) {
  if (message.type !== "auth") {
    if (!session.known) session.close(4000, refusal("no token within 5 s"));
    return !session.known;
  }
  const expiresAt = tokens.get(message.token);
  if (expiresAt === undefined) {
    session.close(4000, refusal("signature"));
    return true;
  }
  session.known = true;
  clearTimeout(session.expiry);
  if (expiresAt !== null) {
    session.expiry =
      setTimeout(() => session.close(4000, refusal("expired")), expiresAt - Date.now());
  }
  const facts = { subject: "ada", permissions: ["emit"], expiresAt };
  session.send({ type: "authenticated", ...facts, id: message.id });
  return true;
}

const sent = () => server.received.map(({ type }) => type).filter((type) => type !== "ping");

describe("an agent's authentication", () => {
  beforeEach(() => {
    tokens = new Map([["good", null]]);
    server.reply = guarded;
  });

  it("comes before its registration and before what waits", async () => {
    const a = agentOf("a", { token: "good", pubkey: "key" });
    a.agent.connect();
    await a.agent.emitOutcome("early");
    assert.deepEqual(sent(), ["auth", "register", "outcome"]);
    const { token, pubkey } = server.of("auth")[0];
    assert.deepEqual([token, pubkey], ["good", "key"]);
    assert.deepEqual(a.states, ["connecting", "registering", "registered"]);
  });

  it("may wait for its token", async () => {
    let give;
    const a = agentOf("a", { token: () => new Promise((resolve) => { give = resolve; }) });
    a.agent.connect();
    a.agent.connect();
    assert.equal(server.connections, 0);
    give("good");
    await a.until(() => a.agent.state === "registered");
    assert.equal(server.connections, 1);
  });

  it("is not begun where the agent is closed while its token is awaited", async () => {
    let give;
    const a = agentOf("a", { token: () => new Promise((resolve) => { give = resolve; }) });
    a.agent.connect();
    a.agent.close();
    give("good");
    const b = agentOf("b", { token: "good" });
    await b.join();
    assert.deepEqual([a.agent.state, server.connections], ["closed", 1]);
  });

  it("stops the agent where its only token is refused, and says why", async () => {
    const a = agentOf("a", { token: "forged" });
    const emitted = a.agent.emitOutcome("lost");
    a.agent.connect();
    await assert.rejects(emitted, { code: "AUTHENTICATION" });
    assert.equal(a.agent.state, "stopped");
    const [error] = a.errors;
    assert.deepEqual([error.code, error.message, error.details],
      ["AUTHENTICATION", refusal("signature"), { code: 4000, reason: "signature" }]);
    assert.equal(server.connections, 1);
  });

  it("takes another token where the last one was refused", async () => {
    const given = ["forged", "good"];
    const a = agentOf("a", { token: () => given.shift() });
    await a.join();
    assert.deepEqual(server.of("auth").map(({ token }) => token), ["forged", "good"]);
    assert.deepEqual(a.states,
      ["connecting", "waiting", "connecting", "registering", "registered"]);
  });

  it("stops where every new token is refused", async () => {
    let made = 0;
    const a = agentOf("a", { token: () => `forged ${++made}` });
    a.agent.connect();
    await a.until(() => a.agent.state === "stopped");
    assert.deepEqual([made, server.connections], [3, 3]);
  });

  it("is tried again where a token cannot be had yet", async () => {
    let failures = 2;
    const token = async () => {
      if (failures-- > 0) throw new Error("the login service is down");
      return "good";
    };
    const a = agentOf("a", { token });
    await a.join();
    assert.deepEqual(a.errors.map(({ code, retrying }) => [code, retrying]),
      Array(2).fill(["TOKEN_UNAVAILABLE", true]));
  });

  it("is renewed on the living connection", async () => {
    let made = 0;
    const token = () => {
      tokens.set(`t${++made}`, Date.now() + 2500);
      return `t${made}`;
    };
    const a = agentOf("a", { token });
    await a.join();
    await a.until(() => server.of("auth").length === 3);
    await a.agent.emitOutcome("still here");
    assert.deepEqual(server.of("auth").map(({ token }) => token), ["t1", "t2", "t3"]);
    assert.deepEqual([server.connections, server.of("register").length], [1, 1]);
  });

  it("gives up on a connection where no answer comes", async () => {
    let silent = true;
    server.reply = (message, session) =>
      message.type === "auth" && silent ? true : guarded(message, session);
    const a = agentOf("a", { token: "good", connectTimeout: 40 });
    a.agent.connect();
    await a.until(() => a.states.includes("waiting"));
    assert.equal(a.infos.find(({ state }) => state === "waiting").reason,
      "not authenticated in time");
    silent = false;
    await a.until(() => a.agent.state === "registered");
  });

  it("wants a string or a function", () => {
    assert.throws(() => new QISBrowserAgent("ws://a", "a", [1], { token: 7 }),
      { message: "token: expected a string or a function, got number" });
  });

  it("stops the agent where token() gives something else", async () => {
    const a = agentOf("a", { token: async () => ({ token: "good" }) });
    a.agent.connect();
    await a.until(() => a.agent.state === "stopped");
    assert.deepEqual(a.errors.map(({ name, code, message }) => [name, code, message]),
      [["QISError", "INVALID_TOKEN", "token(): expected a string, got object"]]);
    assert.equal(server.connections, 0);
  });
});
