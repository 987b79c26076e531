import { parse } from "../connection.js";
import { MeshError } from "./error.js";

/**
 * Messages of one connection in the order of their arrival, though some of them take a while to
 * inflate (`?compression=zlib`).
 */
export class Arrivals {
  #limit;
  #on;
  #behind = 0;
  #tail = Promise.resolve();

  /** @param {object} on received(message, text), failed(MeshError) */
  constructor({ messageLimit }, on) {
    this.#limit = messageLimit;
    this.#on = on;
  }

  received(message, text) {
    if (this.#behind === 0) this.#on.received(message, text);
    else this.#queue(async () => this.#on.received(message, text));
  }

  /** One JSON message as a zlib stream. */
  compressed(buffer) {
    const inflated = inflate(buffer, this.#limit);
    inflated.catch(() => {});
    this.#queue(async () => {
      const text = await inflated;
      const message = parse(text);
      if (message) this.#on.received(message, text);
    });
  }

  #queue(task) {
    this.#behind++;
    this.#tail = this.#tail.then(task)
      .catch((cause) => this.#on.failed(asMeshError(cause)))
      .finally(() => this.#behind--);
  }
}

/** Whether a binary message begins as a zlib stream does (RFC 1950 section 2.2). */
export function isZlib(buffer) {
  const [method, flags] = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

async function inflate(buffer, limit) {
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("deflate"));
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (const reader = stream.getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > limit) {
      reader.cancel().catch(() => {});
      throw new MeshError("TOO_LARGE", `A message of the mesh inflates to over ${limit} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function asMeshError(cause) {
  return cause instanceof MeshError ? cause
    : new MeshError("INVALID_FRAME", `A message of the mesh is no zlib stream: ${cause.message}`);
}
