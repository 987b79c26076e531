/**
 * A small real WebSocket server for the client's tests: an HTTP upgrade, and WebSocket frames by
 * hand. `reply` lets a test answer a message in its own way; everything received is kept in
 * `received`. What else it answers is for those that extend it to say.
 */
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class SocketServer extends EventEmitter {
  received = [];
  sessions = new Set();
  connections = 0;
  /** (message, session, server) => true when the test has dealt with the message itself. */
  reply = () => false;
  /** True refuses upgrades with 503. */
  refusing = false;

  /** Where clients connect to unless they are told otherwise. */
  path = "/";

  static async start(port = 0) {
    const server = new this();
    server.http = createServer((request, response) => server.served(request, response));
    server.http.on("upgrade", (request, socket) => server.#upgrade(request, socket));
    server.http.listen(port, "127.0.0.1");
    await once(server.http, "listening");
    server.port = server.http.address().port;
    server.url = `ws://127.0.0.1:${server.port}${server.path}`;
    return server;
  }

  async stop() {
    this.dropAll();
    this.http.close();
    this.http.closeAllConnections();
    await once(this.http, "close");
  }

  dropAll() {
    this.sessions.forEach((session) => session.socket.destroy());
  }

  of(type) {
    return this.received.filter((message) => message.type === type);
  }

  /** An ordinary request. */
  served(_, response) {
    response.writeHead(404).end();
  }

  /** A session has begun. */
  opened() {}

  /** The ordinary answer to a message. */
  answer() {}

  #upgrade(request, socket) {
    this.connections++;
    if (this.refusing) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
      this.emit("change");
      return;
    }
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + MAGIC);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + `Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`);
    const session = new Session(socket, (message) => this.#message(message, session));
    session.url = new URL(request.url, this.url);
    this.sessions.add(session);
    socket.on("close", () => {
      this.sessions.delete(session);
      this.emit("change");
    });
    this.opened(session);
    this.emit("change");
  }

  #message(message, session) {
    this.received.push(message);
    if (!this.reply(message, session, this)) this.answer(message, session);
    this.emit("change");
  }
}

class Session {
  #buffer = Buffer.alloc(0);

  constructor(socket, onMessage) {
    this.socket = socket;
    this.onMessage = onMessage;
    socket.on("data", (data) => this.#read(data));
    socket.on("error", () => {});
  }

  send(message) {
    this.#write(TEXT, Buffer.from(JSON.stringify(message)));
  }

  sendBinary(bytes) {
    this.#write(BINARY, Buffer.from(bytes));
  }

  sendText(text) {
    this.#write(TEXT, Buffer.from(text));
  }

  close(code, reason = "") {
    const body = Buffer.from(`xx${reason}`);
    body.writeUInt16BE(code);
    this.#write(CLOSE, body);
    this.socket.end();
  }

  #write(opcode, body) {
    const long = body.length > 125;
    const head = Buffer.alloc(long ? 4 : 2);
    head[0] = 0x80 | opcode;
    head[1] = long ? 126 : body.length;
    if (long) head.writeUInt16BE(body.length, 2);
    if (this.socket.writable) this.socket.write(Buffer.concat([head, body]));
  }

  #read(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (let frame = this.#take(); frame; frame = this.#take()) {
      if (frame.opcode === TEXT) this.onMessage(JSON.parse(frame.body.toString()));
      if (frame.opcode === PING) this.#write(PONG, frame.body);
      if (frame.opcode === CLOSE) {
        this.#write(CLOSE, frame.body);
        this.socket.end();
      }
    }
  }

  /** One whole masked frame off the buffer, or null. The client's tests send no fragments. */
  #take() {
    const buffer = this.#buffer;
    if (buffer.length < 2) return null;
    const short = buffer[1] & 0x7f;
    const extended = { 126: 2, 127: 8 }[short] ?? 0;
    const start = 2 + extended + 4;
    if (buffer.length < start) return null;
    let size = short;
    if (extended === 2) size = buffer.readUInt16BE(2);
    if (extended === 8) size = Number(buffer.readBigUInt64BE(2));
    if (buffer.length < start + size) return null;
    const mask = buffer.subarray(start - 4, start);
    const body = Buffer.from(buffer.subarray(start, start + size)).map((b, i) => b ^ mask[i & 3]);
    this.#buffer = buffer.subarray(start + size);
    return { opcode: buffer[0] & 0x0f, body };
  }
}

/** Waits until `condition` holds, looking at each "change" of the emitters; fails after 5 s. */
export async function until(condition, emitters, what = condition.toString()) {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`Waited 5 s in vain for: ${what}`);
    const abort = new AbortController();
    const timeout = setTimeout(() => abort.abort(), left);
    const signal = abort.signal;
    await Promise.race(emitters.map((each) => once(each, "change", { signal }))).catch(() => {});
    clearTimeout(timeout);
    abort.abort();
  }
}
