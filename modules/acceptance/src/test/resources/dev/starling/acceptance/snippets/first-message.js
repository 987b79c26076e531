ws.onopen = () => {
  ws.send(JSON.stringify({
    type: 'auth',
    token: jwtToken,
    pubkey: nostrPublicKey
  }));
};
