/** The installed package in Chromium: as modules, and bundled, with React 19 and 18. */
import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { after, afterEach, before, describe, it } from "node:test";
import { build } from "esbuild";
import { Chromium } from "./chromium.js";
import { Installation } from "./installation.js";
import { more, server, session } from "./meshes.js";
import { QisServer } from "./qis-server.js";
import { snippetsOf } from "./snippets.js";
import { until } from "./socket-server.js";

const DOCUMENTATION = "../../docs/javascript-client.md";

const MODULES = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="importmap">{"imports": {
  "@starling-mesh/client": "/package/client/index.js", "react": "/react.js"
}}</script>
<script type="module">
  window.all = await import("@starling-mesh/client");
  window.binary = await import("/package/client/binary.js");
  window.qis = await import("/package/client/qis.js");
</script>`;
const BUNDLED = '<!doctype html><link rel="icon" href="data:,"><body><script src="/page.js"></script>';
const FRAME = [1, 2].map((id) => Buffer.concat([Buffer.of(id, 0), Buffer.alloc(32)]));

let chromium;
let installation;
let page = null;

const site = () => `http://127.0.0.1:${server.port}`;
const change = (condition) => until(condition, [server, ...more]);

before(async () => {
  [chromium, installation] = await Promise.all([Chromium.start(), Installation.make()]);
});

after(async () => {
  await chromium.close();
  await installation.remove();
});

describe("the installed modules in Chromium", () => {
  it("authenticate, subscribe, ask, and decode frames and zlib", async () => {
    server.files.set("/", MODULES).set("/package/", installation.url);
    server.tokens.set("good", { subject: "ada" });
    page = await chromium.open(`${site()}/`);
    await page.until("window.qis");
    await page.value(`(async () => {
      window.heard = { status: [], ids: [] };
      window.client = new all.MeshClient(
        { url: "/ws", token: "good", protocol: 2, compression: "zlib", events: ["agent_status"] });
      client.on("agent_status", ({ agentId }) => heard.status.push(agentId));
      client.on("positions", ({ ids }) => heard.ids.push([...ids]));
      await client.connect();
      window.confirmed = await client.setting("from.chromium", true);
    })()`);
    assert.equal(await page.value("confirmed.value"), true);
    assert.equal(session().subject, "ada");
    session().sendBinary(Buffer.concat([Buffer.of(2, 7, 0, 1, 0), Buffer.alloc(32)]));
    server.publish("agent_status", { type: "agent_status", agentId: "x", filler: "x".repeat(2000) });
    await page.until("heard.status.length === 1 && heard.ids.length === 1");
    assert.deepEqual(await page.value("heard"), { status: ["x"], ids: [[65_543]] });
    assert.equal(await page.value("binary.parseBinaryNodeData(new ArrayBuffer(68)).length"), 2);
    assert.deepEqual(page.complaints, []);
  });

  it("come back after the connection was lost", async () => {
    server.files.set("/", MODULES).set("/package/", installation.url);
    page = await chromium.open(`${site()}/`);
    await page.until("window.qis");
    await page.value(`(async () => {
      window.client = new all.MeshClient({ url: "/ws", backoff: { base: 5, max: 20 } });
      await client.connect();
      await client.subscribe("agent_status");
    })()`);
    server.dropAll();
    await change(() => session()?.events.has("agent_status") && server.connections === 2);
    await page.until("client.state === 'open'");
  });

  it("exchange outcomes", async () => {
    const qis = await QisServer.start();
    more.push(qis);
    server.files.set("/", MODULES).set("/package/", installation.url);
    page = await chromium.open(`${site()}/`);
    await page.until("window.qis");
    const ack = await page.value(`(async () => {
      const agent = new qis.QISBrowserAgent("${qis.url}", "me", qis.fingerprintOf("rain"));
      agent.connect();
      return agent.emitOutcome("rain");
    })()`);
    assert.equal(ack.status, "routed");
  });

  it("do what the documentation's page does", async () => {
    const [{ code }] = (await snippetsOf(DOCUMENTATION)).filter(({ language }) => language === "html");
    server.files.set("/", code.replaceAll("localhost:3030", `127.0.0.1:${server.port}`))
      .set("/client/", new URL("client/", installation.url));
    page = await chromium.open(`${site()}/`);
    await page.until("document.title === 'open'");
  });
});

for (const version of [19, 18]) {
  describe(`useWebSocket with React ${version} in StrictMode`, () => {
    let bundle;

    before(async () => {
      const suffix = version === 18 ? "-18" : "";
      await installation.link(`react${suffix}`, "react");
      await installation.link(`react-dom${suffix}`, "react-dom");
      await copyFile(new URL("react-page.jsx", import.meta.url), installation.path("react-page.jsx"));
      const [{ code }] = (await snippetsOf(DOCUMENTATION)).filter(({ language }) => language === "jsx");
      await installation.write("documented.jsx", code);
      const { outputFiles } = await build({
        entryPoints: [installation.path("react-page.jsx")], bundle: true, write: false, jsx: "automatic",
        preserveSymlinks: true, define: { "process.env.NODE_ENV": '"development"' },
        nodePaths: [new URL("../../../node_modules", import.meta.url).pathname],
        alias: { react: installation.path("node_modules/react") },
      });
      bundle = outputFiles[0].text;
    });

    async function open() {
      server.files.set("/", BUNDLED).set("/page.js", bundle);
      page = await chromium.open(`${site()}/`);
    }

    async function show(path = "/ws") {
      await page.value(`show("ws://127.0.0.1:${server.port}${path}", { backoff: { base: 5, max: 20 } })`);
      await page.until("window.socket?.isConnected");
    }

    afterEach(() => page.value("window.hide()"));

    it("connects once, sends JSON, and hands over texts as they came", async () => {
      await open();
      await show();
      assert.match(await page.value("seen.version"), new RegExp(`^${version}\\.`));
      assert.equal(server.connections, 1);
      assert.equal(await page.value("socket.lastMessage"), null, "the client's own ping is not shown");
      assert.equal(await page.value('socket.sendMessage({ type: "ping", timestamp: 7 })'), true);
      await page.until("socket.lastMessage");
      assert.equal(JSON.parse(await page.value("socket.lastMessage")).timestamp, 7);
      assert.deepEqual(await page.value("[seen.errors, document.querySelector('output').textContent]"), [[], "true"]);
      assert.deepEqual(page.complaints, []);
    });

    it("keeps frames out of rendering", async () => {
      await open();
      await show();
      await page.until("seen.messages.includes('pong')");
      const renders = await page.value("seen.renders");
      for (let i = 0; i < 50; i++) session().sendBinary(Buffer.concat(FRAME));
      await page.until("seen.frames.length === 50");
      assert.deepEqual(await page.value("[...socket.frame.current.ids]"), [1, 2]);
      assert.equal(await page.value("seen.renders"), renders);
    });

    it("comes back, and says so", async () => {
      await open();
      await show();
      await page.value("void (seen.states.length = 0)");
      server.dropAll();
      await page.until("seen.states.includes('open')");
      await page.until("socket.isConnected");
      assert.equal(await page.value("seen.states[0]"), "reconnecting");
      assert.equal(server.connections, 2);
    });

    it("moves to another address, and leaves when it is unmounted", async () => {
      await open();
      await show();
      await show("/ws/agents");
      await change(() => server.sessions.size === 1 && session().url.pathname === "/ws/agents");
      await page.value("show(null)");
      await change(() => server.sessions.size === 0);
      assert.equal(await page.value("socket.sendMessage({})"), false);
    });

    it("shows a token that comes with a later render, or after one that was refused", async () => {
      server.tokenRequired = true;
      server.tokens.set("good", { subject: "ada" });
      await open();
      const url = `ws://127.0.0.1:${server.port}/ws`;
      const options = (more) => JSON.stringify({ backoff: { base: 5, max: 20 }, ...more });
      await page.value(`show("${url}", ${options({})})`);
      await page.until("seen.errors.includes('AUTHENTICATION')");
      await page.value(`show("${url}", ${options({ token: "expired" })})`);
      await page.until("seen.errors.filter((code) => code === 'AUTHENTICATION').length === 2");
      await page.value(`show("${url}", ${options({ token: "good" })})`);
      await page.until("window.socket.isConnected");
      assert.equal(session().subject, "ada");
      const { connections } = server;
      server.tokens.set("fresh", { subject: "ada" });
      await page.value(`show("${url}", ${options({ token: "fresh" })})`);
      await page.until("window.socket.sendMessage({ type: 'ping', timestamp: 8 })");
      await page.until("JSON.parse(window.socket.lastMessage ?? '{}').timestamp === 8");
      assert.equal(server.connections, connections, "a renewed token is no reason to connect anew");
    });

    it("works as the documentation's component", async () => {
      await open();
      await page.value(`showDocumented("ws://127.0.0.1:${server.port}/ws")`);
      await page.until("document.querySelector('button')?.textContent === 'connected'");
      await page.value("document.querySelector('button').click()");
      await page.until("document.querySelector('button').textContent.includes('pong')");
      session().sendBinary(Buffer.concat(FRAME));
      await page.until("document.querySelector('button').title === '2 nodes'");
    });
  });
}
