import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Installation } from "./installation.js";
import { more, server } from "./meshes.js";
import { QisServer } from "./qis-server.js";
import { snippetsOf } from "./snippets.js";

const PAGES = ["../../docs/javascript-client.md", "README.md"];
const snippets = (await Promise.all(PAGES.map(snippetsOf))).flat().filter(({ language }) => language === "js");

const CLIENT = `
  import { MeshClient } from "@starling-mesh/client";
  const client = new MeshClient("ws://localhost:3030/ws");
  await client.connect();
`;

/** A whole program of a snippet: those that use a client without making one are given it. */
function programOf({ code }, qis) {
  const whole = /new (MeshClient|QISBrowserAgent)\(/.test(code) || !/\bclient\b/.test(code.replace(/".*?"/g, ""));
  const program = whole ? code : CLIENT + code;
  const end = /client\b.*\bconnect\(\)/.test(program) ? "\nclient.close();" : "";
  return `process.on("unhandledRejection", (error) => { throw error; });\n${program}${end}`
    .replaceAll("ws://localhost:3030/ws/qis", qis.url)
    .replaceAll("localhost:3030", `127.0.0.1:${server.port}`);
}

describe("the documentation's snippets", () => {
  let installation;
  before(async () => { installation = await Installation.make(); });
  after(() => installation.remove());

  it("are there", () => assert.ok(snippets.length >= 9, `${snippets.length} snippets`));

  for (const [index, snippet] of snippets.entries()) {
    it(`${index + 1}, ${snippet.heading}, does what it says`, async () => {
      const qis = await QisServer.start();
      more.push(qis);
      server.files.set("/my-login-service", "a-token");
      server.tokens.set("a-token", { subject: "ada", permissions: ["observe"] });
      await installation.write("snippet.js", programOf(snippet, qis));
      const printed = await installation.run("snippet.js");
      assert.ok(!/undefined|NaN/.test(printed), printed);
      const sent = [...server.received, ...qis.received].map(({ type }) => type);
      for (const type of snippet.sends) assert.ok(sent.includes(type), `${type} of ${sent}`);
    });
  }
});
