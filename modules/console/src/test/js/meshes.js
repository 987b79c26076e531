/**
 * What the tests of MeshClient share. Importing it gives each test of the file a server before it
 * and closes its clients after it.
 */
import { EventEmitter } from "node:events";
import { afterEach, beforeEach } from "node:test";
import { MeshClient } from "../../../client/index.js";
import { MeshServer } from "./mesh-server.js";
import { until } from "./socket-server.js";

const QUICK = { backoff: { base: 5, max: 20 } };

/** The server of the running test. */
export let server;

/** Further servers that a test starts, for it to push here: they are stopped after it. */
export let more;

let clients;

beforeEach(async () => {
  server = await MeshServer.start();
  clients = [];
  more = [];
  FullSocket.full = false;
});

afterEach(async () => {
  clients.forEach(({ client }) => client.close());
  await Promise.all([server, ...more].map((each) => each.stop()));
});

/** A client whose states and errors are kept, with `until(condition)`. */
export function clientOf(options = {}) {
  const seen = Object.assign(new EventEmitter(), { infos: [], errors: [], messages: [] });
  const client = new MeshClient({ url: server.url, ...QUICK, ...options });
  const keep = (list) => (value) => {
    list.push(value);
    seen.emit("change");
  };
  client.on("state", keep(seen.infos));
  client.on("error", keep(seen.errors));
  client.on("message", keep(seen.messages));
  seen.client = client;
  seen.keep = (name) => {
    const list = [];
    client.on(name, keep(list));
    return list;
  };
  seen.states = () => seen.infos.map(({ state }) => state);
  seen.until = (condition) => until(condition, [seen, server, ...more]);
  clients.push(seen);
  return seen;
}

/** A client that is connected. */
export async function connected(options) {
  const seen = clientOf(options);
  await seen.client.connect();
  return seen;
}

/** A WebSocket whose buffer is as full as the test says. */
export class FullSocket extends WebSocket {
  static full = false;
  /** Tells of a "change" when somebody asked how full it is, and counts them. */
  static looks = Object.assign(new EventEmitter(), { count: 0 });

  get bufferedAmount() {
    FullSocket.looks.count++;
    FullSocket.looks.emit("change");
    return FullSocket.full ? 2 << 20 : super.bufferedAmount;
  }
}

/** The session of the only client, on the server's side. */
export function session(of = server) {
  return [...of.sessions][0];
}
