ws.onmessage = (event) => {
  if (event.data instanceof ArrayBuffer) {
    const nodeUpdates = parseBinaryNodeData(event.data);
    nodeUpdates.forEach(node => {
      updateNodePosition(node.id, node.position);
      if (node.isAgent) {
        updateAgentVisualization(node.id, node);
      }
    });
  }
};
