// An agent on Node's own WebSocket, written to the letter of the reference.
//
// usage: node --experimental-websocket agent.mjs URL AGENT_ID FINGERPRINT     (a JSON list)
//
// Prints "> " and each message sent, "< " and each received. A line of standard input is an outcome
// to emit, {"payload": ..., "confidence": ...}; behind a "=" it is a text to send as it is. Ends with
// its input.
import { createInterface } from "node:readline";

const [url, agentId, fingerprintText] = process.argv.slice(2);
const fingerprint = JSON.parse(fingerprintText);
const socket = new WebSocket(url);

function send(text) {
  process.stdout.write(`> ${text}\n`);
  socket.send(text);
}

function obey(line) {
  if (line.startsWith("=")) {
    send(line.slice(1));
    return;
  }
  const { payload, confidence } = JSON.parse(line);
  const timestamp = Date.now() / 1000;
  send(JSON.stringify({ type: "outcome", packet: { fingerprint, payload, confidence, timestamp } }));
}

socket.onopen = () => {
  const meta = { env: "node" };
  send(JSON.stringify({ type: "register", agent_id: agentId, fingerprint, meta }));
  createInterface({ input: process.stdin }).on("line", obey).on("close", () => socket.close());
};
socket.onmessage = ({ data }) => process.stdout.write(`< ${data}\n`);
socket.onerror = ({ message }) => {
  process.stderr.write(`cannot connect to ${url}: ${message}\n`);
  process.exitCode = 1;
};
