import { PositionFrame, viewOf } from "./position-frame.js";

/**
 * Position frames of protocol 3, little-endian: a header, and then the whole layout or what moved
 * since the frame before.
 *
 *   protocol 3      u8
 *   sequence        u32
 *   flags           u8, bit 0: a key frame
 *   base            u32, the sequence of the frame that it builds on; a key frame's is its own
 *   origin          3 × f32
 *   scale           f32, units in a step
 *   count           u32, nodes
 */
const HEADER = { protocol: 0, sequence: 1, flags: 5, base: 6, origin: 10, scale: 22, count: 26, length: 30 };
const PROTOCOL = 3;
const KEY = 1;
/** Nodes that share the widths of their moves. */
const GROUP = 32;
const MOST_WIDTH = 16;
const GROUP_HEADER = 6;

/** Decodes the frames of one socket, one after the other. */
export class PositionStream {
  /** Where the nodes are; overwritten by the next frame. Without velocities and paths. */
  frame;
  /** Sequence of the last frame that was taken in; null before the first. */
  sequence = null;
  /** Frames that built on one that never came. */
  gaps = 0;

  #steps = new Uint16Array(0);

  /** @param {PositionFrame} [into] the frame to fill */
  constructor(into = new PositionFrame()) {
    this.frame = into;
  }

  /**
   * Takes a frame in.
   *
   * @param {ArrayBuffer|ArrayBufferView} data a whole binary message
   * @returns {PositionFrame|null} `frame`; null where it builds on a frame that did not come: then
   *     `gaps` counts it, and the layout is as it was until the next key frame
   * @throws {RangeError} where the message is no frame of protocol 3; the layout is as it was
   */
  decode(data) {
    const view = viewOf(data);
    const header = headerOf(view);
    if (header.isKey) {
      this.#key(view, header);
    } else if (header.base !== this.sequence) {
      this.gaps++;
      return null;
    } else {
      this.#delta(view, header);
    }
    this.sequence = header.sequence;
    return this.frame;
  }

  #key(view, header) {
    const { count } = header;
    const { ids, at } = idsOf(view, count);
    const missing = at + 6 * count - view.byteLength;
    if (missing !== 0) throw invalid(`${count} nodes with ${-missing} bytes too many`);
    this.frame.resize(count);
    ids.forEach((id, i) => {
      this.frame.ids[i] = Math.floor(id / 2);
      this.frame.isAgent[i] = id % 2;
    });
    this.frame.velocities.fill(0);
    this.frame.ssspDistance.fill(Infinity);
    this.frame.ssspParent.fill(-1);
    this.#steps = Uint16Array.from({ length: 3 * count }, (_, i) => view.getUint16(at + 2 * i, true));
    for (let i = 0; i < count; i++) this.#place(i, header);
  }

  #delta(view, header) {
    const { count } = this.frame;
    if (header.count !== count) throw invalid(`${header.count} nodes in place of ${count}`);
    const groups = groupsOf(view, count);
    for (const group of groups) this.#move(view, group, header);
  }

  #move(view, { first, mask, widths, at }, header) {
    const bits = new BitReader(view, at);
    for (let axis = 0; axis < 3; axis++) {
      const width = widthOf(widths, axis);
      for (let i = 0; i < GROUP; i++) {
        if (!(mask >>> i & 1)) continue;
        const coded = bits.next(width);
        this.#steps[axis * this.frame.count + first + i] += (coded >>> 1) ^ -(coded & 1);
      }
    }
    for (let i = 0; i < GROUP; i++) if (mask >>> i & 1) this.#place(first + i, header);
  }

  #place(i, { origin, scale }) {
    const { positions, count } = this.frame;
    for (let axis = 0; axis < 3; axis++) {
      positions[3 * i + axis] = origin[axis] + scale * this.#steps[axis * count + i];
    }
  }
}

/** Numbers of up to 16 bits, the lowest bit first. */
class BitReader {
  #view;
  #at;
  #waiting = 0;
  #filled = 0;

  constructor(view, at) {
    this.#view = view;
    this.#at = at;
  }

  next(width) {
    while (this.#filled < width) {
      this.#waiting |= this.#view.getUint8(this.#at++) << this.#filled;
      this.#filled += 8;
    }
    const number = this.#waiting & ((1 << width) - 1);
    this.#waiting >>>= width;
    this.#filled -= width;
    return number;
  }
}

function headerOf(view) {
  const { byteLength } = view;
  const first = byteLength === 0 ? "nothing" : `the byte ${view.getUint8(0)}`;
  if (byteLength === 0 || view.getUint8(0) !== PROTOCOL) {
    throw invalid(`the byte 3 was expected, and came ${first}: was the socket opened with ?protocol=3?`);
  }
  if (byteLength < HEADER.length) throw invalid(`${byteLength} bytes are no header`);
  return {
    sequence: view.getUint32(HEADER.sequence, true),
    isKey: (view.getUint8(HEADER.flags) & KEY) !== 0,
    base: view.getUint32(HEADER.base, true),
    origin: [0, 4, 8].map((axis) => view.getFloat32(HEADER.origin + axis, true)),
    scale: view.getFloat32(HEADER.scale, true),
    count: view.getUint32(HEADER.count, true),
  };
}

/** Each id as the difference of slots to the one before, doubled, plus 1 for an agent (LEB128). */
function idsOf(view, count) {
  // A node takes 7 bytes at least: no count makes room for more than what came.
  if (HEADER.length + 7 * count > view.byteLength) throw invalid(`${count} nodes that are not there`);
  const ids = new Float64Array(count);
  let at = HEADER.length;
  let slot = 0;
  for (let i = 0; i < count; i++) {
    let coded = 0;
    for (let factor = 1, more = true; more; factor *= 128) {
      if (at >= view.byteLength || factor > 2 ** 28) throw invalid("ids without an end");
      const byte = view.getUint8(at++);
      coded += (byte & 0x7f) * factor;
      more = byte >= 0x80;
    }
    slot += Math.floor(coded / 2);
    if (slot > 0x7fffffff) throw invalid("an id beyond 31 bits");
    ids[i] = 2 * slot + coded % 2;
  }
  return { ids, at };
}

/** The groups that have nodes that moved, once all of them are known to be there. */
function groupsOf(view, count) {
  const groups = [];
  const groupCount = Math.ceil(count / GROUP);
  let at = HEADER.length + Math.ceil(groupCount / 8);
  for (let group = 0; group < groupCount && at <= view.byteLength; group++) {
    if (!(view.getUint8(HEADER.length + (group >>> 3)) >>> (group & 7) & 1)) continue;
    if (at + GROUP_HEADER > view.byteLength) throw invalid("groups that are not there");
    const mask = view.getUint32(at, true);
    const widths = view.getUint16(at + 4, true);
    const first = GROUP * group;
    if (first + 32 - Math.clz32(mask) > count) throw invalid("a move of a node that is not there");
    groups.push({ first, mask, widths, at: at + GROUP_HEADER });
    at += GROUP_HEADER + Math.ceil(bitsOf(mask) * widthSum(widths) / 8);
  }
  if (at !== view.byteLength) throw invalid(`${view.byteLength} bytes, ${at} were expected`);
  return groups;
}

function widthOf(widths, axis) {
  return widths >>> (5 * axis) & 31;
}

function widthSum(widths) {
  const each = [0, 1, 2].map((axis) => widthOf(widths, axis));
  if (each.some((width) => width > MOST_WIDTH)) throw invalid("a move of more than 16 bits");
  return each[0] + each[1] + each[2];
}

function bitsOf(mask) {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function invalid(what) {
  return new RangeError(`No frame of protocol 3: ${what}`);
}
