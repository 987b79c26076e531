import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { PositionFrame, PositionStream } from "../../../client/binary.js";

/** The golden frames that the mesh's own tests read too. */
const { stream: GOLDEN } = JSON.parse(readFileSync(new URL(
  "../../../../protocol/src/test/resources/dev/starling/protocol/frame/frames.json",
  import.meta.url)));

const bytes = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
const FRAMES = GOLDEN.map(({ hex }) => bytes(hex));
const [KEY, MOVE, REST, LATER_KEY] = FRAMES;

/** A frame with some of its bytes changed. */
function changed(frame, changes) {
  const copy = frame.slice();
  for (const [at, byte] of Object.entries(changes)) copy[at] = byte;
  return copy;
}

const places = ({ positions, count }) =>
  Array.from({ length: count }, (_, i) => [...positions.subarray(3 * i, 3 * i + 3)]);

function following(...frames) {
  const stream = new PositionStream();
  for (const frame of frames) assert.notEqual(stream.decode(frame), null);
  return stream;
}

describe("position frames of protocol 3", () => {
  it("are those that the mesh writes", () => {
    const stream = new PositionStream();
    GOLDEN.forEach(({ name, nodes, positions }, i) => {
      const frame = stream.decode(FRAMES[i]);
      assert.equal(frame, stream.frame);
      assert.deepEqual([...frame.ids], nodes.map(({ id }) => id), name);
      assert.deepEqual([...frame.isAgent], nodes.map(({ isAgent }) => Number(isAgent)), name);
      assert.deepEqual(places(frame), positions, name);
      assert.equal(stream.sequence, i + 1);
    });
    assert.equal(stream.gaps, 0);
  });

  it("have neither velocities nor paths", () => {
    const { frame } = following(KEY);
    assert.deepEqual([...frame.velocities], [0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...frame.ssspDistance], [Infinity, Infinity]);
    assert.deepEqual([...frame.ssspParent], [-1, -1]);
  });

  it("may lie within a larger buffer, and fill the frame that is given", () => {
    const into = new PositionFrame();
    const stream = new PositionStream(into);
    for (const frame of [KEY, MOVE]) {
      const padded = new Uint8Array(frame.length + 8);
      padded.set(frame, 3);
      assert.equal(stream.decode(padded.subarray(3, 3 + frame.length)), into);
    }
    assert.deepEqual(places(into), GOLDEN[1].positions);
  });

  it("are counted as a gap where the one before did not come, up to the next key frame", () => {
    const stream = following(KEY);
    assert.equal(stream.decode(REST), null);
    assert.equal(stream.gaps, 1);
    assert.equal(stream.sequence, 1);
    assert.deepEqual(places(stream.frame), GOLDEN[0].positions);
    assert.deepEqual(places(stream.decode(LATER_KEY)), GOLDEN[3].positions);
    assert.equal(new PositionStream().decode(MOVE), null);
  });

  it("wrap around behind the last number", () => {
    const last = { 1: 0xff, 2: 0xff, 3: 0xff, 4: 0xff, 6: 0xff, 7: 0xff, 8: 0xff, 9: 0xff };
    const first = { 1: 0, 2: 0, 3: 0, 4: 0, 6: 0xff, 7: 0xff, 8: 0xff, 9: 0xff };
    const stream = following(changed(KEY, last), changed(MOVE, first));
    assert.equal(stream.sequence, 0);
    assert.deepEqual(places(stream.frame), GOLDEN[1].positions);
  });

  it("are refused where they are none, and the layout stays as it was", () => {
    const stream = following(KEY);
    const refused = (data, text) => assert.throws(() => stream.decode(data), (error) =>
      error instanceof RangeError && error.message.includes(text), text);
    refused(bytes(""), "came nothing");
    refused(bytes("02"), "came the byte 2");
    refused(KEY.subarray(0, 29), "29 bytes are no header");
    refused(KEY.subarray(0, KEY.length - 1), "2 nodes");
    refused(bytes(`${GOLDEN[0].hex} 00`), "1 bytes too many");
    refused(changed(KEY, { 26: 200 }), "200 nodes that are not there");
    refused(changed(KEY, { 30: 0xff, 31: 0xff, 32: 0xff, 33: 0xff, 34: 0xff }), "ids without an end");
    refused(changed(MOVE, { 26: 3 }), "3 nodes in place of 2");
    refused(MOVE.subarray(0, MOVE.length - 1), "were expected");
    refused(MOVE.subarray(0, 34), "groups that are not there");
    refused(MOVE.subarray(0, 30), "were expected");
    refused(changed(MOVE, { 31: 4 }), "a node that is not there");
    refused(changed(MOVE, { 35: 0xff, 36: 0xff }), "more than 16 bits");
    assert.deepEqual(places(stream.frame), GOLDEN[0].positions);
    assert.deepEqual(places(stream.decode(MOVE)), GOLDEN[1].positions);
  });
});
