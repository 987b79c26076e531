ws.onerror = (error) => {
  console.error('WebSocket error:', error);

  if (error.code >= 1006 && error.code < 4000) {
    reconnect();
  }
};
