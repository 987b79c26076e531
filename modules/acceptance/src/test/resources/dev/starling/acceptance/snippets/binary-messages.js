ws.onmessage = (event) => {
  if (event.data instanceof ArrayBuffer) {
    const nodeUpdates = parseBinaryNodeData(event.data);
    updateVisualization(nodeUpdates);
  }
};
