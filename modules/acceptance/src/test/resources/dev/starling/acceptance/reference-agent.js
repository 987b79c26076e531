// The reference's browser agent, typed anew: its constructor, its methods, its messages and its
// fixed pause of three seconds, and nothing that it does not do. It knows no extension of ours.
class QISBrowserAgent {
  constructor(serverUrl, agentId, fingerprint) {
    this.serverUrl = serverUrl;
    this.agentId = agentId;
    this.fingerprint = fingerprint;
    this.ws = null;
    this.onIncomingOutcome = null;
  }

  connect() {
    this.ws = new WebSocket(this.serverUrl);

    this.ws.onopen = () => {
      console.log("[QIS] connected, registering");
      this.ws.send(JSON.stringify({
        type: "register",
        agent_id: this.agentId,
        fingerprint: this.fingerprint,
        meta: { env: "browser", userAgent: navigator.userAgent },
      }));
    };

    this.ws.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "registered") {
        console.log(`[QIS] registered as ${message.agent_id}, one of ${message.agent_count}`);
      }
      if (message.type === "incoming_outcome") {
        console.log("[QIS] incoming outcome", message.packet);
        if (this.onIncomingOutcome) {
          this.onIncomingOutcome(message.packet);
        }
      }
      if (message.type === "outcome_ack") {
        console.log(`[QIS] routed to ${message.matches_found} agents`);
      }
    };

    this.ws.onclose = () => {
      console.log("[QIS] closed, reconnecting in 3 s");
      setTimeout(() => this.connect(), 3000);
    };

    this.ws.onerror = (error) => {
      console.error("[QIS] error", error);
    };
  }

  emitOutcome(payload, confidence = 0.85) {
    if (!this.ws || this.ws.readyState !== WebSocket.OPEN) {
      console.warn("[QIS] not connected, outcome dropped");
      return;
    }
    this.ws.send(JSON.stringify({
      type: "outcome",
      packet: {
        fingerprint: this.fingerprint,
        payload: payload,
        confidence: confidence,
        timestamp: Date.now() / 1000,
      },
    }));
  }
}
