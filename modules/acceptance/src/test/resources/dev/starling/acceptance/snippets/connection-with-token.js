const ws = new WebSocket(`ws://localhost:3030/ws?token=${jwtToken}`);
