import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import ts from "typescript";

const ROOT = new URL("../../../", import.meta.url);
const CLIENT = new URL("client/", ROOT);
const { exports: entries } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8"));

/** The only file that needs a package, which its user has. */
const REACT = "react.js";

const modules = (await readdir(CLIENT, { recursive: true })).filter((file) => file.endsWith(".js"));
const importsOf = async (file) => {
  const text = await readFile(new URL(file, CLIENT), "utf8");
  return [...text.matchAll(/^(?:import|export|\}) .*?"([^"]*)";$/gm)].map(([, from]) => from);
};
const resolved = (from, file) => new URL(from, new URL(file, CLIENT)).href.slice(CLIENT.href.length);
const entryFiles = Object.values(entries).filter((entry) => entry.default)
  .map((entry) => entry.default.replace("./client/", ""));

describe("the published files", () => {
  it("import nothing but each other, by relative URL", async () => {
    for (const file of modules) {
      for (const from of await importsOf(file)) {
        if (file === REACT && from === "react") continue;
        assert.match(from, /^\.\.?\//, `${file} imports ${from}`);
        assert.ok(modules.includes(resolved(from, file)), `${file} imports ${from}`);
      }
    }
  });

  it("are all reached from those that can be imported", async () => {
    const reached = new Set(["qis-browser-agent.js", ...entryFiles]);
    for (const file of reached) {
      const files = (await importsOf(file)).filter((from) => from.startsWith("."));
      files.forEach((from) => reached.add(resolved(from, file)));
    }
    assert.deepEqual([...reached].sort(), modules.toSorted());
  });

  it("export what pages use", async () => {
    const client = await import(new URL("qis-browser-agent.js", CLIENT));
    assert.deepEqual(Object.keys(client).sort(),
      ["DEFAULTS", "QISBrowserAgent", "QISError", "backoffDelay", "default", "fingerprintOf"]);
  });

  it("declare the types of exactly what they export", async () => {
    const files = Object.values(entries).filter((entry) => entry.types)
      .map((entry) => new URL(entry.types, ROOT).pathname);
    const program = ts.createProgram(files, { module: ts.ModuleKind.NodeNext, types: [] });
    const checker = program.getTypeChecker();
    for (const file of files) {
      const module = checker.getSymbolAtLocation(program.getSourceFile(file));
      const declared = checker.getExportsOfModule(module)
        .map((symbol) => symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
        .filter((symbol) => symbol.flags & ts.SymbolFlags.Value);
      const exported = await import(file.replace(/\.d\.ts$/, ".js"));
      const named = Object.values(exported).length;
      assert.equal(declared.length, named, `${file}: ${declared.map((s) => s.name)} for ${Object.keys(exported)}`);
      declared.forEach(({ name }) => assert.ok(
        Object.hasOwn(exported, name) || exported.default?.name === name, `${file}: ${name}`));
    }
  });
});
