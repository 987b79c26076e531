import { PositionFrame, viewOf } from "./position-frame.js";

export { PositionFrame };
export { PositionStream } from "./position-stream.js";

/**
 * Position frames: where the nodes of the graph are, as the mesh sends them in binary messages.
 * Little-endian; protocol 1 is rows of 34 bytes, protocol 2 the byte 2 and rows of 36 bytes:
 *
 *   id              u16 (bit 15: an agent) in protocol 1, u32 (bit 31: an agent) in protocol 2
 *   position        3 × f32
 *   velocity        3 × f32
 *   ssspDistance    f32, +Infinity where no path leads there
 *   ssspParent      i32, −1 for the root and where no path leads there
 *
 * Those of protocol 3 build on each other: PositionStream reads them.
 */

const LAYOUTS = new Map([
  [1, { header: 0, row: 34, id: 2, readId: readShortId }],
  [2, { header: 1, row: 36, id: 4, readId: readLongId }],
]);
const BYTES_OF = { position: 12, velocity: 12, distance: 4 };

/**
 * Decodes a frame into columns.
 *
 * @param {ArrayBuffer|ArrayBufferView} data a whole binary message
 * @param {object} [options] protocol: 1 (default) or 2, the one that the socket was opened with;
 *     into: a PositionFrame to fill, so that nothing is allocated while the graph keeps its size
 * @returns {PositionFrame} `into`, or a new one
 * @throws {RangeError} where the message is no frame of that protocol; `into` is as it was
 */
export function decodePositions(data, { protocol = 1, into = new PositionFrame() } = {}) {
  const layout = layoutOf(protocol);
  const view = viewOf(data);
  into.resize(countOf(view, layout, protocol));
  for (let i = 0, at = layout.header; i < into.count; i++, at += layout.row) {
    layout.readId(view, at, into, i);
    readRest(view, at + layout.id, into, i);
  }
  return into;
}

/**
 * Decodes a frame of protocol 1 into one object for each node, as the reference's parser does.
 * Convenient, and much slower than decodePositions.
 *
 * @param {ArrayBuffer|ArrayBufferView} buffer a whole binary message
 * @returns {object[]} { id, isAgent, position: { x, y, z }, velocity: { x, y, z }, ssspDistance,
 *     ssspParent }
 * @throws {RangeError} where its length is not that of whole rows
 */
export function parseBinaryNodeData(buffer) {
  const frame = decodePositions(buffer);
  return Array.from({ length: frame.count }, (_, i) => ({
    id: frame.ids[i],
    isAgent: frame.isAgent[i] === 1,
    position: pointAt(frame.positions, i),
    velocity: pointAt(frame.velocities, i),
    ssspDistance: frame.ssspDistance[i],
    ssspParent: frame.ssspParent[i],
  }));
}

function layoutOf(protocol) {
  const layout = LAYOUTS.get(protocol);
  if (!layout) {
    const remedy = protocol === 3 ? ": use a PositionStream" : "";
    throw new RangeError(`protocol: expected 1 or 2, got ${String(protocol)}${remedy}`);
  }
  return layout;
}

function countOf(view, { header, row }, protocol) {
  const bytes = view.byteLength;
  if (header && (bytes === 0 || view.getUint8(0) !== protocol)) {
    const first = bytes === 0 ? "nothing" : `the byte ${view.getUint8(0)}`;
    throw new RangeError(`A frame of protocol ${protocol} begins with the byte ${protocol}, `
      + `this one with ${first}: was the socket opened with ?protocol=${protocol}?`);
  }
  const count = (bytes - header) / row;
  if (Number.isInteger(count)) return count;
  throw new RangeError(`A frame of protocol ${protocol} has ${header ? `${header} + ` : ""}${row} `
    + `bytes a node; ${bytes} bytes are not whole nodes`);
}

function readShortId(view, at, into, i) {
  const id = view.getUint16(at, true);
  into.ids[i] = id & 0x7fff;
  into.isAgent[i] = id >>> 15;
}

function readLongId(view, at, into, i) {
  const id = view.getUint32(at, true);
  into.ids[i] = id & 0x7fffffff;
  into.isAgent[i] = id >>> 31;
}

function readRest(view, at, into, i) {
  const velocity = at + BYTES_OF.position;
  const distance = velocity + BYTES_OF.velocity;
  for (let axis = 0; axis < 3; axis++) {
    into.positions[3 * i + axis] = view.getFloat32(at + 4 * axis, true);
    into.velocities[3 * i + axis] = view.getFloat32(velocity + 4 * axis, true);
  }
  into.ssspDistance[i] = view.getFloat32(distance, true);
  into.ssspParent[i] = view.getInt32(distance + BYTES_OF.distance, true);
}

function pointAt(values, i) {
  return { x: values[3 * i], y: values[3 * i + 1], z: values[3 * i + 2] };
}
