import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientOf, connected, FullSocket, server } from "./meshes.js";
import { until } from "./socket-server.js";

const at = (x) => ({ x, y: 0, z: 0 });
const actions = () => server.of("graph_interaction").map(({ action }) => action);
const drags = () => server.of("graph_interaction").filter(({ action }) => action === "node_drag");

describe("a mesh client's interactions with the graph", () => {
  it("are told by name, and kept once they are sent", async () => {
    const a = await connected();
    await a.client.select("node_1");
    await a.client.deselect("node_1");
    await a.client.pin("node_1", at(1));
    await a.client.unpin("node_1");
    await a.client.graphInteraction("node_selected", 7, at(2));
    await a.until(() => actions().length === 5);
    assert.deepEqual(actions(),
      ["node_selected", "node_deselected", "node_pin", "node_unpin", "node_selected"]);
    const { id, ...last } = server.of("graph_interaction").at(-1);
    assert.deepEqual(last,
      { type: "graph_interaction", action: "node_selected", nodeId: 7, position: at(2) });
    assert.ok(id);
  });

  it("are refused by an error event", async () => {
    const a = await connected();
    await a.client.select("nothing");
    await a.until(() => a.errors.length === 1);
    assert.equal(a.errors[0].code, "NODE_NOT_FOUND");
    assert.match(a.errors[0].id, /^graph_interaction/);
  });

  it("of a drag are conflated to the newest position of each node", async () => {
    const a = await connected();
    a.client.dragStart("node_1", at(0));
    for (let x = 1; x <= 500; x++) {
      assert.equal(a.client.drag("node_1", at(x)), true);
      assert.equal(a.client.drag("node_2", at(-x)), true);
    }
    await a.until(() => drags().length >= 2);
    const told = drags().map(({ nodeId, position }) => [nodeId, position.x]);
    assert.deepEqual(told, [["node_1", 500], ["node_2", -500]]);
    await a.client.dragEnd("node_1", at(501));
    await a.until(() => actions().includes("node_drag_end"));
    assert.equal(actions()[0], "node_drag_start");
  });

  it("of a drag that is held still go on, until it ends", async () => {
    const a = await connected();
    await a.client.dragStart("node_1", at(9));
    await a.until(() => drags().length === 3);
    assert.deepEqual(drags().map(({ position }) => position.x), [9, 9, 9]);
    await a.client.dragEnd("node_1", at(9));
    await a.client.ping();
    const sent = drags().length;
    // What is held is told again and again, and of the one that ended nothing comes meanwhile.
    await a.client.dragStart("node_2", at(7));
    await a.until(() => drags().length === sent + 3);
    assert.deepEqual(drags().slice(sent).map(({ nodeId }) => nodeId), Array(3).fill("node_2"));
  });

  it("of a drag wait while the socket is full, and only the newest is sent then", async () => {
    const a = await connected({ WebSocket: FullSocket });
    FullSocket.full = true;
    a.client.drag("node_1", at(1));
    const { looks } = FullSocket;
    const before = looks.count;
    await until(() => looks.count >= before + 3, [looks]);
    assert.equal(drags().length, 0);
    a.client.drag("node_1", at(2));
    FullSocket.full = false;
    await a.until(() => drags().length === 1);
    assert.equal(drags()[0].position.x, 2);
  });

  it("of a drag end with the connection", async () => {
    const a = clientOf();
    assert.equal(a.client.drag("node_1", at(1)), false);
    await a.client.connect();
    await a.client.dragStart("node_1", at(1));
    server.dropAll();
    await a.until(() => a.states().filter((state) => state === "open").length === 2);
    await a.client.ping();
    const sent = drags().length;
    await a.client.dragStart("node_2", at(7));
    await a.until(() => drags().length === sent + 2);
    assert.deepEqual(drags().slice(sent).map(({ nodeId }) => nodeId), Array(2).fill("node_2"));
  });
});
