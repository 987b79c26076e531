ws.send(JSON.stringify({
  type: 'settings_batch',
  updates: settings
}));
