function parseBinaryNodeData(buffer) {
  const view = new DataView(buffer);
  const nodes = [];
  const nodeCount = buffer.byteLength / 34;

  for (let i = 0; i < nodeCount; i++) {
    const offset = i * 34;

    const nodeId = view.getUint16(offset, true);
    const isAgent = (nodeId & 0x8000) !== 0;
    const actualId = nodeId & 0x7FFF;

    nodes.push({
      id: actualId,
      isAgent,
      position: {
        x: view.getFloat32(offset + 2, true),
        y: view.getFloat32(offset + 6, true),
        z: view.getFloat32(offset + 10, true)
      },
      velocity: {
        x: view.getFloat32(offset + 14, true),
        y: view.getFloat32(offset + 18, true),
        z: view.getFloat32(offset + 22, true)
      },
      ssspDistance: view.getFloat32(offset + 26, true),
      ssspParent: view.getInt32(offset + 30, true)
    });
  }

  return nodes;
}
