/** A headless Chromium with an empty profile, driven by its own DevTools protocol. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--remote-debugging-port=0",
];
const PATIENCE_MS = 15_000;

export class Chromium {
  #process;
  #profile;
  #socket;
  #calls = new Map();
  #pages = new Map();
  #sequence = 0;

  /** Starts the Chromium that is on the PATH. */
  static async start() {
    const chromium = new Chromium();
    chromium.#profile = mkdtempSync(join(tmpdir(), "starling-chromium-"));
    chromium.#process = spawn(find(), [...FLAGS, `--user-data-dir=${chromium.#profile}`, "about:blank"],
      { stdio: ["ignore", "ignore", "pipe"] });
    await chromium.#connect(await chromium.#address());
    return chromium;
  }

  /** Opens an address in a tab of its own. */
  async open(url) {
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    this.#pages.set(sessionId, page);
    await page.show(url);
    return page;
  }

  call(method, params = {}, sessionId = undefined) {
    const id = ++this.#sequence;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, method }));
  }

  /** Waits for its children too, which hold its standard error and write to the profile. */
  async close() {
    const ended = once(this.#process, "close");
    this.#process.kill();
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #address() {
    const heard = [];
    for await (const line of createInterface(this.#process.stderr)) {
      const address = /^DevTools listening on (ws:.*)$/.exec(line);
      if (address) {
        this.#process.stderr.resume();
        return address[1];
      }
      heard.push(line);
    }
    throw new Error(`Chromium ended before it listened:\n${heard.slice(-5).join("\n")}`);
  }

  async #connect(address) {
    this.#socket = new WebSocket(address);
    this.#socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
    await new Promise((resolve, reject) => {
      this.#socket.onopen = resolve;
      this.#socket.onerror = () => reject(new Error(`No connection to ${address}`));
    });
  }

  #received({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      this.#pages.get(sessionId)?.heard(method, params);
      return;
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) call.reject(new Error(`${call.method}: ${error.message}`));
    else call.resolve(result);
  }
}

/** One tab. */
class Page {
  /** What it complained about: errors, warnings, what could not be loaded. */
  complaints = [];

  #chromium;
  #session;

  constructor(chromium, session) {
    this.#chromium = chromium;
    this.#session = session;
  }

  async show(url) {
    await Promise.all(["Runtime.enable", "Log.enable"].map((method) => this.#call(method)));
    await this.#call("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  /** What an expression in the page is, as JSON can carry it; awaited where it is a promise. */
  async value(expression) {
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Waits until an expression in the page is true. */
  async until(expression) {
    const deadline = Date.now() + PATIENCE_MS;
    while (!await this.value(`Boolean(${expression})`)) {
      if (Date.now() > deadline) {
        throw new Error(`Waited in vain for: ${expression}\n${this.complaints.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  heard(method, params) {
    if (method === "Runtime.exceptionThrown") {
      const { exception, text } = params.exceptionDetails;
      this.complaints.push(exception?.description ?? text);
    } else if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    } else if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) {
      this.complaints.push(params.args.map(({ value, description }) => value ?? description).join(" "));
    }
  }

  #call(method, params) {
    return this.#chromium.call(method, params, this.#session);
  }
}

function find() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new Error(`There is no ${NAMES.join(" or ")} on the PATH; on Debian and Ubuntu: apt-get install chromium`);
}
