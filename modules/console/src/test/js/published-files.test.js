import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";

const CLIENT = new URL("../../../client/", import.meta.url);

describe("the published files", () => {
  it("import nothing but each other, by relative URL", async () => {
    const files = await readdir(CLIENT);
    assert.ok(files.includes("qis-browser-agent.js"));
    for (const file of files) {
      const text = await readFile(new URL(file, CLIENT), "utf8");
      for (const [, from] of text.matchAll(/^(?:import|export|\}) .*?"([^"]*)";$/gm)) {
        assert.ok(files.some((other) => from === `./${other}`), `${file} imports ${from}`);
      }
    }
  });

  it("are all reached from the one that pages import", async () => {
    const reached = new Set(["qis-browser-agent.js"]);
    for (const file of reached) {
      const text = await readFile(new URL(file, CLIENT), "utf8");
      for (const [, other] of text.matchAll(/ from "\.\/([^"]*)";$/gm)) reached.add(other);
    }
    assert.deepEqual([...reached].sort(), (await readdir(CLIENT)).sort());
  });

  it("export from there what pages use", async () => {
    const client = await import(new URL("qis-browser-agent.js", CLIENT));
    assert.deepEqual(Object.keys(client).sort(),
      ["DEFAULTS", "QISBrowserAgent", "QISError", "backoffDelay", "default", "fingerprintOf"]);
  });
});
