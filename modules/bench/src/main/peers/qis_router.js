// SPDX-License-Identifier: Apache-2.0
// The QIS router as a Node developer would write it on the `ws` library: the peer a user would pick instead.
// Fingerprints are normalised once, the push is serialised once for all receivers, compression is off (the
// library's default and its advice) unless asked for.
//
// A changed setting is told to every other client that subscribed, serialised once. SIGUSR2 collects garbage, as a
// JVM's full collection does when memory is compared.
//
// usage: node --expose-gc qis_router.js PORT [deflate]      (finds `ws` through NODE_PATH)
'use strict';

const { randomUUID } = require('node:crypto');
const { WebSocket, WebSocketServer } = require('ws');

const THRESHOLD = 0.75;

/** agent id -> { socket, fingerprint: unit Float32Array } */
const agents = new Map();

/** sockets that hear of settings */
const subscribers = new Set();
const settings = new Map();

function changed(writer, { path, value }) {
  settings.set(path, value);
  const update = { type: 'settings_updated', path, value, timestamp: Date.now() };
  const text = JSON.stringify(update);
  for (const socket of subscribers) {
    if (socket !== writer && socket.readyState === WebSocket.OPEN) socket.send(text);
  }
  return update;
}

function normalised(numbers) {
  const vector = Float32Array.from(numbers || []);
  let squares = 0;
  for (const x of vector) squares += x * x;
  const norm = Math.sqrt(squares);
  if (norm > 0) for (let i = 0; i < vector.length; i++) vector[i] /= norm;
  return vector;
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function matchesOf(query, emitter) {
  const found = [];
  for (const [agentId, agent] of agents) {
    if (agentId === emitter) continue;
    const similarity = dot(agent.fingerprint, query);
    if (similarity >= THRESHOLD) found.push({ similarity, agentId, socket: agent.socket });
  }
  return found.sort((a, b) => b.similarity - a.similarity);
}

function deposit(packet, emitter) {
  packet.outcome_id ??= randomUUID();
  packet.source_agent = emitter;
  const found = matchesOf(normalised(packet.fingerprint), emitter);
  const push = JSON.stringify({ type: 'incoming_outcome', packet });
  for (const { socket } of found) {
    if (socket.readyState === WebSocket.OPEN) socket.send(push);
  }
  return {
    type: 'outcome_ack',
    status: 'routed',
    outcome_id: packet.outcome_id,
    matches_found: found.length,
    routed_to: found.map((match) => match.agentId),
  };
}

function session(socket) {
  let agentId = null;

  function answer(message) {
    switch (message.type) {
      case 'register':
        agentId = message.agent_id || randomUUID();
        agents.set(agentId, { socket, fingerprint: normalised(message.fingerprint) });
        return { type: 'registered', agent_id: agentId, agent_count: agents.size };
      case 'outcome':
        if (!agentId) return { error: 'register before depositing outcomes' };
        return deposit(message.packet || {}, agentId);
      case 'ping':
        return { type: 'pong' };
      case 'subscribe':
        subscribers.add(socket);
        return { type: 'subscribed', events: message.events };
      case 'settings':
        return changed(socket, message);
      default:
        return { error: `unknown message type: ${message.type}` };
    }
  }

  socket.on('message', (raw) => {
    let message;
    try {
      message = JSON.parse(raw);
    } catch {
      socket.send('{"error":"invalid JSON"}');
      return;
    }
    socket.send(JSON.stringify(answer(message)));
  });
  socket.on('close', () => {
    subscribers.delete(socket);
    if (agentId) agents.delete(agentId);
  });
}

process.on('SIGUSR2', () => global.gc());

const server = new WebSocketServer({
  port: Number(process.argv[2]),
  host: '127.0.0.1',
  perMessageDeflate: process.argv[3] === 'deflate',
});
server.on('connection', session);
