import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, readdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Installation } from "./installation.js";
import { server } from "./meshes.js";

describe("the packed and installed package", () => {
  let installation;
  before(async () => { installation = await Installation.make(); });
  after(() => installation.remove());

  it("holds its modules, types, licence and description, and nothing else", () => {
    const others = installation.files.filter((file) => !/^client\/.*\.(js|d\.ts)$/.test(file));
    assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"]);
    assert.ok(installation.size < 60_000, `${installation.size} bytes`);
  });

  it("is a file that git passes over, where it is packed in a checkout", async (t) => {
    const git = (...words) => promisify(execFile)("git", words, { cwd: new URL(".", import.meta.url) });
    const checkout = await git("rev-parse", "--show-toplevel").catch(() => null);
    if (!checkout) return t.skip("this is no checkout");
    const { stdout } = await git("check-ignore", installation.filename).catch((error) => error);
    assert.equal(stdout.trim(), installation.filename);
  });

  it("brings no other package", async () => {
    const there = await readdir(installation.path("node_modules"));
    assert.deepEqual(there.filter((name) => !name.startsWith(".")), ["@starling-mesh"]);
  });

  it("works on Node by every entry point", async () => {
    await installation.link("react");
    await installation.write("use.js", `
      import assert from "node:assert/strict";
      import * as all from "@starling-mesh/client";
      import * as binary from "@starling-mesh/client/binary";
      import Agent, * as qis from "@starling-mesh/client/qis";
      import { useWebSocket } from "@starling-mesh/client/react";
      assert.equal(all.parseBinaryNodeData, binary.parseBinaryNodeData);
      assert.equal(all.QISBrowserAgent, Agent);
      assert.equal(binary.parseBinaryNodeData(new ArrayBuffer(34)).length, 1);
      assert.equal(qis.fingerprintOf("rain", 8).length, 8);
      assert.equal(typeof useWebSocket, "function");
      const client = new all.MeshClient(process.argv[2]);
      await client.connect();
      const { path, value } = await client.setting("from.node", 7);
      client.close();
      console.log(path, value);
    `);
    assert.equal(await installation.run("use.js", server.url), "from.node 7");
    assert.equal(server.settings.get("from.node"), 7);
  });

  for (const [resolution, ...options] of [
    ["Node", "--module", "nodenext", "--lib", "es2023"],
    ["bundlers", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom"],
  ]) {
    it(`has types that a strict program compiles with, resolved as by ${resolution}`, async () => {
      await copyFile(new URL("consumer.ts", import.meta.url), installation.path("consumer.ts"));
      assert.equal(await installation.compile("consumer.ts", ...options), "");
    });
  }

  it("leaves out of a bundle what is not used", async () => {
    const { outputFiles: [{ text }] } = await build({
      stdin: {
        contents: 'import { parseBinaryNodeData } from "@starling-mesh/client"; parseBinaryNodeData();',
        resolveDir: installation.folder,
      },
      bundle: true, minify: true, write: false, format: "esm",
    });
    assert.ok(text.includes("whole nodes"));
    assert.ok(!text.includes("subscribe"), "MeshClient is not used");
    assert.ok(text.length < 4000, `${text.length} bytes`);
  });
});
