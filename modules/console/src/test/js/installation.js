/** The package as its users have it: packed, and installed in a project of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, mkdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);

export class Installation {
  static async make() {
    const installation = new Installation();
    installation.folder = await realpath(await mkdtemp(join(tmpdir(), "starling-client-")));
    const packed = await installation.#npm(ROOT, "pack", "--json", "--pack-destination", installation.folder);
    const [{ filename, files, size }] = JSON.parse(packed);
    Object.assign(installation, { filename, files: files.map(({ path }) => path), size });
    await installation.write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
    await installation.#npm(installation.folder, "install", "--offline", "--ignore-scripts", `./${filename}`);
    return installation;
  }

  /** The address of the installed package's folder. */
  get url() {
    return pathToFileURL(join(this.folder, "node_modules/@starling-mesh/client/"));
  }

  path(name) {
    return join(this.folder, name);
  }

  async write(name, text) {
    await writeFile(this.path(name), text);
    return this.path(name);
  }

  /** Puts a package there that the client's own development has. */
  async link(name, as = name) {
    await mkdir(this.path("node_modules"), { recursive: true });
    await rm(this.path(`node_modules/${as}`), { force: true });
    await symlink(join(ROOT, "node_modules", name), this.path(`node_modules/${as}`));
  }

  /** Runs a module there; what it printed. */
  async run(name, ...more) {
    const flags = typeof WebSocket === "function" && !process.execArgv.includes("--experimental-websocket")
      ? [] : ["--experimental-websocket"];
    const { stdout } = await run(process.execPath, [...flags, this.path(name), ...more], { cwd: this.folder });
    return stdout.trim();
  }

  /** Compiles a file there; what the compiler complains about. */
  async compile(name, ...options) {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
    try {
      await run(process.execPath, [tsc, ...flags, ...options, this.path(name)], { cwd: this.folder });
      return "";
    } catch ({ stdout }) {
      return stdout;
    }
  }

  async remove() {
    await rm(this.folder, { recursive: true });
  }

  async #npm(cwd, ...words) {
    const { stdout } = await run("npm", [...words, "--no-audit", "--no-fund", "--loglevel=error"], { cwd });
    return stdout;
  }
}
