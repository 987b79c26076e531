settings.forEach(setting => {
  ws.send(JSON.stringify({
    type: 'settings',
    path: setting.path,
    value: setting.value
  }));
});
