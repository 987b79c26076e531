/** The nodes of a frame, column by column; to be filled again by the next frame. */
export class PositionFrame {
  /** Nodes in the frame, and rows of each column. */
  count = 0;
  /** Uint32Array[count] */
  ids;
  /** Uint8Array[count]: 1 for an agent, 0 for knowledge */
  isAgent;
  /** Float32Array[3 · count]: x, y, z of each node */
  positions;
  /** Float32Array[3 · count] */
  velocities;
  /** Float32Array[count]: +Infinity where no path leads there */
  ssspDistance;
  /** Int32Array[count]: −1 for the root and where no path leads there */
  ssspParent;

  #capacity = 0;
  #columns;

  constructor() {
    this.#reserve(0);
    this.resize(0);
  }

  /** Makes room for so many nodes. Allocates only when it is another number than before. */
  resize(count) {
    if (count === this.count && this.ids) return;
    if (count > this.#capacity) this.#reserve(Math.max(count, 2 * this.#capacity));
    this.count = count;
    for (const [name, column] of Object.entries(this.#columns)) {
      this[name] = column.subarray(0, count * (column.length / (this.#capacity || 1)));
    }
  }

  /** A copy that the next frame does not overwrite. */
  copy() {
    const copy = new PositionFrame();
    copy.resize(this.count);
    for (const name of Object.keys(this.#columns)) copy[name].set(this[name]);
    return copy;
  }

  #reserve(capacity) {
    this.#capacity = capacity;
    this.#columns = {
      ids: new Uint32Array(capacity),
      isAgent: new Uint8Array(capacity),
      positions: new Float32Array(3 * capacity),
      velocities: new Float32Array(3 * capacity),
      ssspDistance: new Float32Array(capacity),
      ssspParent: new Int32Array(capacity),
    };
  }
}

/** A view of a whole binary message. */
export function viewOf(data) {
  if (ArrayBuffer.isView(data)) return new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (isBuffer(data)) return new DataView(data);
  throw new TypeError('A frame must be an ArrayBuffer: set ws.binaryType = "arraybuffer"');
}

/** An ArrayBuffer of another realm (a frame, a worker's test harness) is one all the same. */
function isBuffer(data) {
  return Object.prototype.toString.call(data) === "[object ArrayBuffer]";
}
