class WebSocketReconnect {
  constructor(url) {
    this.url = url;
    this.reconnectDelay = 1000;
    this.maxDelay = 30000;
    this.attempts = 0;
  }

  connect() {
    this.ws = new WebSocket(this.url);

    this.ws.onclose = () => {
      this.scheduleReconnect();
    };

    this.ws.onopen = () => {
      this.reconnectDelay = 1000;
      this.attempts = 0;
    };
  }

  scheduleReconnect() {
    setTimeout(() => {
      this.attempts++;
      this.reconnectDelay = Math.min(
        this.reconnectDelay * 2,
        this.maxDelay
      );
      this.connect();
    }, this.reconnectDelay);
  }
}
