ws.onmessage = (event) => {
  if (event.data instanceof Blob) {
    event.data.arrayBuffer().then(buffer => {
      const decompressed = pako.inflate(buffer);
    });
  }
};
