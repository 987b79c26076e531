import { MeshError } from "./error.js";

/**
 * What this client wants to hear: what its endpoint starts with, and what was subscribed to, less
 * what was unsubscribed from. The mesh forgets it with the connection, so each new one is told.
 */
export class Subscriptions {
  #requests;
  #wanted = new Set();
  #unwanted = new Set();
  #restored = null;
  #live = false;

  constructor(requests, events) {
    this.#requests = requests;
    events.forEach((event) => this.#wanted.add(event));
  }

  subscribe(events) {
    return this.#change("subscribe", events, this.#wanted, this.#unwanted);
  }

  unsubscribe(events) {
    return this.#change("unsubscribe", events, this.#unwanted, this.#wanted);
  }

  /** A connection is about to serve: tells it what was wanted of the one before, ahead of all. */
  restore(onRefused) {
    this.#live = true;
    const waiting = this.#restored;
    this.#restored = null;
    const complain = (error) => this.#live && onRefused(error);
    // Each goes ahead of all that waits, the later one too: the first told is answered last.
    const told = [["subscribe", this.#wanted], ["unsubscribe", this.#unwanted]]
      .filter(([type, events]) => events.size > 0 || (waiting && type === "subscribe"))
      .map(([type, events]) => this.#retell(type, events, complain));
    Promise.all(told).then(([held]) => waiting?.resolve(held), (error) => {
      if (error.code === "CONNECTION_LOST") {
        this.#whenRestored().then(waiting?.resolve, waiting?.reject);
      } else {
        waiting?.reject(error);
      }
    });
  }

  /** The connection is gone. */
  stop() {
    this.#live = false;
  }

  /** There will be no connection any more. */
  rejectAll(error) {
    this.#restored?.reject(error);
    this.#restored = null;
  }

  async #change(type, events, into, outOf) {
    const names = namesOf(type, events);
    const added = names.filter((name) => !into.has(name));
    const removed = names.filter((name) => outOf.has(name));
    names.forEach((name) => into.add(name) && outOf.delete(name));
    if (!this.#live) return this.#whenRestored();
    try {
      return await this.#tell(type, names);
    } catch (error) {
      if (error.code === "CONNECTION_LOST") return this.#whenRestored();
      added.forEach((name) => into.delete(name));
      removed.forEach((name) => outOf.add(name));
      throw error;
    }
  }

  /** One event that this gateway does not know must not cost the others. */
  async #retell(type, events, complain) {
    try {
      return await this.#tell(type, [...events], { first: true });
    } catch (error) {
      if (error.code === "UNKNOWN_EVENT") return this.#retellEach(type, events, complain);
      complain(error);
      throw error;
    }
  }

  async #retellEach(type, events, complain) {
    const names = [...events];
    const told = names.map((name) => this.#tell(type, [name]));
    const ends = await Promise.allSettled(told.map((each, i) => each.catch((error) => {
      // Unknown once is enough: it is neither asked for again nor complained about again.
      if (error.code === "UNKNOWN_EVENT") events.delete(names[i]);
      complain(error);
      throw error;
    })));
    const held = ends.findLast(({ status }) => status === "fulfilled");
    if (!held) throw ends.at(-1).reason;
    return held.value;
  }

  #tell(type, events, how) {
    const answer = (message) => message.type === "subscribed" ? message.events : undefined;
    return this.#requests.send({ type, events }, { answer, ...how });
  }

  /** One promise for all who changed something while there was no connection. */
  #whenRestored() {
    if (!this.#restored) {
      const waiting = {};
      waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
      waiting.promise.catch(() => {});
      this.#restored = waiting;
    }
    return this.#restored.promise;
  }
}

function namesOf(type, events) {
  const names = [].concat(events);
  if (names.every((name) => typeof name === "string")) return names;
  throw new MeshError("INVALID_MESSAGE",
    `${type}: expected the names of events, got ${JSON.stringify(events)}`);
}
