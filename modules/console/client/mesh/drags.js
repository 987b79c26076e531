import { now, Timers } from "../timers.js";

const OPEN = 1;

/** The mesh counts no drags up to 60 a second. */
const PAUSE_MS = 1000 / 60;

/** The mesh ends a drag after 500 ms of silence: one that is held still is told again in time. */
const STILL_MS = 200;

/** Nodes dragged at once, at most: a hand has fingers. */
const NODES_AT_ONCE = 16;

/**
 * Nodes on their way with a pointer. Of the positions of one node only the newest is sent, at most
 * 60 times a second and only while the socket has room; those between are skipped.
 */
export class Drags {
  #highWater;
  #connection = null;
  /** By node: position, whether it is `fresh`, and when it was told last. */
  #dragged = new Map();
  #timers = new Timers();

  constructor({ dragHighWater }) {
    this.#highWater = dragHighWater;
  }

  start(connection) {
    this.#connection = connection;
  }

  /** The connection is gone, and with it every drag. */
  stop() {
    this.#connection = null;
    this.#dragged.clear();
    this.#timers.clearAll();
  }

  /** A drag begins: until end() it is told again while it is held still. */
  begin(nodeId, position) {
    this.#put(nodeId, { position, fresh: false, toldAt: now(), held: true });
  }

  /** A node moves; whether that will be told. */
  move(nodeId, position) {
    if (!this.#connection) return false;
    const known = this.#dragged.get(nodeId);
    if (known) Object.assign(known, { position, fresh: true });
    else this.#put(nodeId, { position, fresh: true, toldAt: 0, held: false });
    this.#schedule();
    return true;
  }

  end(nodeId) {
    this.#dragged.delete(nodeId);
  }

  #put(nodeId, drag) {
    if (!this.#connection) return;
    this.#dragged.set(nodeId, drag);
    if (this.#dragged.size > NODES_AT_ONCE) this.#dragged.delete(this.#dragged.keys().next().value);
    this.#schedule();
  }

  #schedule(delay = PAUSE_MS) {
    const name = delay === PAUSE_MS ? "moves" : "stills";
    if (!this.#timers.has(name)) this.#timers.set(name, delay, () => this.#tell());
  }

  #tell() {
    const time = now();
    const due = [...this.#dragged].filter(([, drag]) => drag.fresh || isStill(drag, time));
    if (this.#hasRoom()) due.forEach(([nodeId, drag]) => this.#send(nodeId, drag, time));
    const drags = [...this.#dragged.values()];
    if (drags.some((drag) => drag.fresh)) this.#schedule();
    else if (drags.length > 0) this.#schedule(STILL_MS);
  }

  #hasRoom() {
    const { readyState, bufferedAmount } = this.#connection.ws;
    return readyState === OPEN && !(bufferedAmount > this.#highWater);
  }

  #send(nodeId, drag, time) {
    const { position } = drag;
    this.#connection.send({ type: "graph_interaction", action: "node_drag", nodeId, position });
    Object.assign(drag, { fresh: false, toldAt: time });
    if (!drag.held) this.#dragged.delete(nodeId);
  }
}

function isStill({ held, toldAt }, time) {
  return held && time - toldAt >= STILL_MS;
}
