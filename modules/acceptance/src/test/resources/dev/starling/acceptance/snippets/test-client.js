const testWebSocket = async () => {
  const ws = new WebSocket('ws://localhost:3030/ws');

  ws.onopen = () => {
    console.log('Connected');

    ws.send(JSON.stringify({
      type: 'ping',
      timestamp: Date.now()
    }));

    ws.send(JSON.stringify({
      type: 'settings',
      path: 'test.value',
      value: 123
    }));
  };

  ws.onmessage = (event) => {
    console.log('Received:', event.data);
  };
};
