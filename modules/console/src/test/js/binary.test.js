import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodePositions, parseBinaryNodeData, PositionFrame } from "../../../client/binary.js";

const bytes = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex")).buffer;

/** Position (1, −2, 0.5), velocity (0.25, 0, −1), distance 1.5, parent 7. */
const REST = `0000803f 000000c0 0000003f  0000803e 00000000 000080bf  0000c03f 07000000`;
/** Position (0, 0, 0), velocity (0, 0, 0), distance +Infinity, parent −1. */
const UNREACHABLE = `00000000 00000000 00000000  00000000 00000000 00000000  0000807f ffffffff`;
/** The golden frames that the mesh's own tests read too. */
const GOLDEN = JSON.parse(readFileSync(new URL(
  "../../../../protocol/src/test/resources/dev/starling/protocol/frame/frames.json",
  import.meta.url)));
const PROTOCOL_1 = bytes(`0580 ${REST}  ff7f ${UNREACHABLE}`);
const PROTOCOL_2 = bytes(`02  05000080 ${REST}  ffffff7f ${UNREACHABLE}`);

const FIRST = {
  id: 5, isAgent: true,
  position: { x: 1, y: -2, z: 0.5 }, velocity: { x: 0.25, y: 0, z: -1 },
  ssspDistance: 1.5, ssspParent: 7,
};
const ZERO = { x: 0, y: 0, z: 0 };

function assertColumns(frame, lastId) {
  assert.equal(frame.count, 2);
  assert.deepEqual([...frame.ids], [5, lastId]);
  assert.deepEqual([...frame.isAgent], [1, 0]);
  assert.deepEqual([...frame.positions], [1, -2, 0.5, 0, 0, 0]);
  assert.deepEqual([...frame.velocities], [0.25, 0, -1, 0, 0, 0]);
  assert.deepEqual([...frame.ssspDistance], [1.5, Infinity]);
  assert.deepEqual([...frame.ssspParent], [7, -1]);
}

describe("position frames", () => {
  it("of protocol 1 have 34 bytes a node, bit 15 for an agent", () => {
    assertColumns(decodePositions(PROTOCOL_1), 0x7fff);
  });

  it("of protocol 2 have a byte and 36 bytes a node, bit 31 for an agent", () => {
    assertColumns(decodePositions(PROTOCOL_2, { protocol: 2 }), 0x7fffffff);
  });

  for (const { name, protocol, nodes, hex } of GOLDEN.rows) {
    it(`are those that the mesh writes: ${name}`, () => {
      const frame = decodePositions(bytes(hex), { protocol });
      assert.deepEqual([...frame.ids], nodes.map(({ id }) => id));
      assert.deepEqual([...frame.isAgent], nodes.map(({ isAgent }) => Number(isAgent)));
      assert.deepEqual([...frame.positions], nodes.flatMap(({ place }) => place));
      assert.deepEqual([...frame.velocities], nodes.flatMap(({ velocity }) => velocity));
      assert.deepEqual([...frame.ssspDistance], nodes.map(({ distance }) => distance ?? Infinity));
      assert.deepEqual([...frame.ssspParent], nodes.map(({ parent }) => parent));
    });
  }

  it("become the objects of the reference's parser", () => {
    assert.deepEqual(parseBinaryNodeData(PROTOCOL_1), [FIRST, {
      id: 0x7fff, isAgent: false, position: ZERO, velocity: ZERO,
      ssspDistance: Infinity, ssspParent: -1,
    }]);
    assert.deepEqual(Object.keys(parseBinaryNodeData(PROTOCOL_1)[0]), Object.keys(FIRST));
  });

  it("may be empty", () => {
    assert.equal(decodePositions(bytes("")).count, 0);
    assert.equal(decodePositions(bytes("02"), { protocol: 2 }).count, 0);
    assert.deepEqual(parseBinaryNodeData(bytes("")), []);
  });

  it("may lie within a larger buffer, as Node's do", () => {
    const padded = Buffer.concat([Buffer.alloc(3), Buffer.from(PROTOCOL_1), Buffer.alloc(5)]);
    assertColumns(decodePositions(padded.subarray(3, 3 + 68)), 0x7fff);
  });

  it("are refused where they are no whole nodes, and the frame to fill stays as it was", () => {
    const into = decodePositions(PROTOCOL_1);
    const refused = (data, options, text) =>
      assert.throws(() => decodePositions(data, { ...options, into }), (error) =>
        error instanceof RangeError && error.message.includes(text));
    refused(new ArrayBuffer(35), {}, "34 bytes a node; 35 bytes are not whole nodes");
    refused(bytes(`02 ${REST}`), { protocol: 2 }, "1 + 36 bytes a node; 33 bytes");
    refused(bytes(""), { protocol: 2 }, "begins with the byte 2, this one with nothing");
    refused(bytes("03"), { protocol: 2 }, "this one with the byte 3");
    refused(PROTOCOL_1, { protocol: 3 }, "expected 1 or 2, got 3: use a PositionStream");
    refused(PROTOCOL_1, { protocol: "1" }, "expected 1 or 2, got 1");
    assertColumns(into, 0x7fff);
    assert.throws(() => parseBinaryNodeData(new ArrayBuffer(33)), RangeError);
  });

  it("are refused as Blobs, with the remedy", () => {
    assert.throws(() => decodePositions(new Blob([])), /binaryType = "arraybuffer"/);
  });

  it("fill the frame that is given, and allocate nothing while the graph keeps its size", () => {
    const into = new PositionFrame();
    decodePositions(PROTOCOL_1, { into });
    const columns = { ...into };
    assert.equal(decodePositions(PROTOCOL_1, { into }), into);
    for (const [name, column] of Object.entries(columns)) assert.equal(into[name], column, name);
  });

  it("grow and shrink with the graph, in the memory that is there", () => {
    const into = decodePositions(PROTOCOL_1);
    const memory = into.positions.buffer;
    decodePositions(PROTOCOL_1.slice(0, 34), { into });
    assert.deepEqual([...into.ids], [5]);
    assert.equal(into.positions.length, 3);
    assert.equal(into.positions.buffer, memory);
    decodePositions(PROTOCOL_1, { into });
    assertColumns(into, 0x7fff);
    assert.equal(into.positions.buffer, memory);
  });

  it("can be copied before the next one overwrites them", () => {
    const into = decodePositions(PROTOCOL_1);
    const copy = into.copy();
    decodePositions(PROTOCOL_1.slice(34), { into });
    assert.deepEqual([...into.ids], [0x7fff]);
    assertColumns(copy, 0x7fff);
  });
});
