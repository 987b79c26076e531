// A host of MCP with the official client: drives /mcp as a model's program would, and ends with
// code 0 once everything was as it should be.
//
//   node host.mjs URL TOKEN READER_TOKEN AGENTS_URL KIND
//
// URL is where /mcp is, READER_TOKEN may only observe, AGENTS_URL takes agents by socket, KIND is one
// that the mesh can start.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

const [url, token, reader, agentsUrl, kind] = process.argv.slice(2);

async function connect(shown) {
  const headers = shown ? { Authorization: `Bearer ${shown}` } : {};
  const client = new Client({ name: 'host', version: '1.0.0' });
  const awaited = new Map();
  /** That a resource is told to have changed once more, from now on. */
  client.change = (uri) =>
    new Promise((resolve) => {
      awaited.set(uri, [...(awaited.get(uri) ?? []), resolve]);
    });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params: { uri } }) => {
    const waiting = awaited.get(uri) ?? [];
    awaited.delete(uri);
    waiting.forEach((resolve) => resolve());
  });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  client.end = async () => {
    await transport.terminateSession();
    await client.close();
  };
  return client;
}

async function read(client, uri) {
  return JSON.parse((await client.readResource({ uri })).contents[0].text);
}

/** Does something, and waits until a resource, told to have changed since, is as it is to be. */
async function changes(client, uri, isSo, doing) {
  let change = client.change(uri);
  const done = await doing();
  do {
    await change;
    change = client.change(uri);
  } while (!isSo(await read(client, uri)));
  return done;
}

async function call(client, name, args = {}, options = undefined) {
  const result = await client.callTool({ name, arguments: args }, undefined, options);
  assert.equal(result.isError, false, JSON.stringify(result));
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  return result.structuredContent;
}

async function refused(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.equal(result.isError, true, JSON.stringify(result));
  return result.content[0].text;
}

/** Waits for what has no event of its own; the test that runs this has the last word on the time. */
async function until(isSo) {
  while (!(await isSo())) {
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** An agent behind a socket. */
async function socketAgent(id, fingerprint) {
  const socket = new WebSocket(agentsUrl);
  const next = (type) =>
    new Promise((resolve) => {
      const hear = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === type) {
          socket.removeEventListener('message', hear);
          resolve(message);
        }
      };
      socket.addEventListener('message', hear);
    });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const ask = async (message, type) => {
    const answer = next(type);
    socket.send(JSON.stringify(message));
    return await answer;
  };
  await ask({ type: 'register', agent_id: id, fingerprint }, 'registered');
  return { ask, next, close: () => socket.close() };
}

await assert.rejects(connect(null), { code: 401 });

const host = await connect(token);
assert.equal(host.getServerVersion().name, 'starling');
assert.match(host.getInstructions(), /mesh_register/);
const tools = (await host.listTools()).tools.map((tool) => tool.name);
for (const name of ['mesh_register', 'outcome_emit', 'outcome_poll', 'agent_list', 'agent_spawn',
  'agent_control', 'task_submit', 'task_claim', 'task_report', 'task_status', 'task_cancel',
  'graph_query', 'settings_get', 'settings_set']) {
  assert.ok(tools.includes(name), name);
}
assert.equal((await host.listPrompts()).prompts.length, 2);
const prompt = await host.getPrompt({ name: 'join_mesh', arguments: { name: 'Ada' } });
assert.match(prompt.messages[0].content.text, /Ada/);

// What is wrong is said by name.
assert.match(await refused(host, 'mesh_register', { nmae: 'x' }), /name: expected text/);
assert.match(await refused(host, 'outcome_poll', { wait_ms: 99999 }), /wait_ms: expected .* 20000/);
const observer = await connect(reader);
assert.match(await refused(observer, 'agent_spawn', { kind }), /permission agents/);
await call(observer, 'agent_list');
await observer.end();

// Resources and their changes.
const listed = (await host.listResources()).resources.map((one) => one.uri);
assert.deepEqual(listed, ['mesh://agents', 'mesh://graph/summary', 'mesh://outcomes/recent']);
assert.equal((await host.listResourceTemplates()).resourceTemplates.length, 2);
await host.subscribeResource({ uri: 'mesh://agents' });
await host.subscribeResource({ uri: 'mesh://outcomes/recent' });
await host.subscribeResource({ uri: 'mesh://graph/summary' });
await assert.rejects(host.readResource({ uri: 'mesh://nothing' }), /no resource/);

// The host is an agent, and hears of what a socket's agent found; of each of the two it is told.
const has = (agents, id) => agents.agents.some((one) => one.agent_id === id);
const me = await changes(
  host,
  'mesh://agents',
  (agents) => agents.agents.some((one) => one.agent_id === 'host' && one.kind === 'model'),
  () => call(host, 'mesh_register', {
    name: 'Host', kind: 'model', agent_id: 'host', fingerprint: [1, 0, 0], tasks: 2,
  }));
assert.equal(me.agent_id, 'host');
const peer = await changes(
  host, 'mesh://agents', (agents) => has(agents, 'peer'), () => socketAgent('peer', [0.9, 0.1, 0]));
const polling = call(host, 'outcome_poll', { wait_ms: 20000 });
const isTold = (outcomes, payload) => JSON.stringify(outcomes).includes(payload);
const ack = await changes(
  host,
  'mesh://outcomes/recent',
  (outcomes) => isTold(outcomes, 'ß→é'),
  () => peer.ask(
    { type: 'outcome', packet: { fingerprint: [1, 0, 0], payload: { found: 'ß→é' } } },
    'outcome_ack'));
assert.deepEqual(ack.routed_to, ['host']);
const polled = await polling;
assert.equal(polled.packets.length, 1);
assert.equal(polled.packets[0].packet.payload.found, 'ß→é');
assert.equal(polled.packets[0].packet.source_agent, 'peer');
assert.equal(polled.packets[0].similarity, 1);
assert.equal((await call(host, 'outcome_poll', { since: polled.cursor })).packets.length, 0);
const arriving = peer.next('incoming_outcome');
const emitted = await changes(
  host,
  'mesh://outcomes/recent',
  (outcomes) => isTold(outcomes, 'a synthesis'),
  () => call(host, 'outcome_emit', {
    payload: 'a synthesis', confidence: 0.8, derived_from: [],
  }));
assert.deepEqual(emitted.routed_to, ['peer']);
assert.equal((await arriving).packet.payload, 'a synthesis');

// A task that is given to the host, with progress told to who waits for it.
const asked = await call(host, 'task_submit', {
  description: 'count to three', target: 'host', input: { n: 3 },
});
const { task } = await call(host, 'task_claim', { wait_ms: 20000 });
assert.equal(task.task_id, asked.task_id);
assert.equal(task.input.n, 3);
const heard = [];
let hears;
const hearing = new Promise((resolve) => { hears = resolve; });
const waiting = call(host, 'task_status', { task_id: task.task_id, wait_ms: 20000 }, {
  onprogress: (one) => { heard.push(one.progress); hears(); },
});
const taskUri = `mesh://tasks/${encodeURIComponent(task.task_id)}`;
await host.subscribeResource({ uri: taskUri });
const report = { task_id: task.task_id, attempt: task.attempt };
let told = false;
hearing.then(() => { told = true; });
for (let percent = 10; !told && percent < 100; percent += 1) {
  await call(host, 'task_report', { ...report, progress: percent });
  await Promise.race([hearing, new Promise((resolve) => { setTimeout(resolve, 100); })]);
}
await changes(
  host,
  taskUri,
  (known) => known.status === 'completed',
  () => call(host, 'task_report', { ...report, result: { counted: [1, 2, 3] } }));
const ended = await waiting;
assert.equal(ended.status, 'completed');
assert.deepEqual(ended.result, { counted: [1, 2, 3] });
assert.ok(heard.length > 0);
const unwanted = await call(host, 'task_submit', { description: 'never', target: 'host' });
assert.equal(
  (await call(host, 'task_cancel', { task_id: unwanted.task_id })).status, 'cancelled');
assert.match(await refused(host, 'task_status', { task_id: 'none' }), /TASK_NOT_FOUND/);

// An agent that the mesh starts.
assert.match(await refused(host, 'agent_spawn', { kind: 'none' }), new RegExp(kind));
const started = await call(host, 'agent_spawn', { kind, name: 'Counter' });
const counting = {
  description: 'count', target: started.agent_id, input: { text: 'one two two' },
};
let work;
// Who keeps the tasks hears of a new agent a moment after it was started.
await until(async () => {
  const given = await host.callTool({ name: 'task_submit', arguments: counting });
  work = given.structuredContent;
  return !given.isError;
});
const worked = await call(host, 'task_status', { task_id: work.task_id, wait_ms: 20000 });
assert.equal(worked.status, 'completed', JSON.stringify(worked));
assert.equal(worked.result.words, 3);
assert.equal(
  (await call(host, 'agent_control', { agent_id: started.agent_id, action: 'pause' })).status,
  'paused');
const one = await host.readResource({ uri: `mesh://agents/${started.agent_id}` });
assert.equal(JSON.parse(one.contents[0].text).agent_id, started.agent_id);
await call(host, 'agent_control', { agent_id: started.agent_id, action: 'stop' });

// The graph and the settings.
const { nodes } = await read(host, 'mesh://graph/summary');
const late = await changes(
  host,
  'mesh://graph/summary',
  (graph) => graph.nodes > nodes && graph.edges > 0,
  () => socketAgent('late', [0, 0, 1]));
late.close();
const found = await call(host, 'graph_query', { op: 'search', text: 'peer' });
assert.equal(found.nodes[0].key, 'peer');
const neighbours = await call(host, 'graph_query', { op: 'neighbours', node: 'peer' });
assert.equal(neighbours.node.key, 'peer');
const path = await call(host, 'graph_query', { op: 'path', node: 'peer', to: 'peer' });
assert.equal(path.distance, 0);
assert.equal(path.nodes[0].key, 'peer');
// Outcomes passed between the two, so that an edge joins them.
let way;
await until(async () => {
  const asked = { op: 'path', node: 'peer', to: 'host' };
  const answer = await host.callTool({ name: 'graph_query', arguments: asked });
  way = answer.structuredContent;
  return !answer.isError;
});
assert.deepEqual(way.nodes.map((node) => node.key), ['peer', 'host']);
assert.ok(way.distance > 0, JSON.stringify(way));
assert.match(await refused(host, 'graph_query', { op: 'path', node: 'peer', to: 'nobody' }), /nobody/);
const spring = 'visualisation.physics.springK';
const before = await call(host, 'settings_get', { prefix: spring });
assert.equal(before.settings[0].path, spring);
const set = await call(host, 'settings_set', { path: spring, value: before.settings[0].default });
assert.equal(set.value, before.settings[0].default);
assert.match(await refused(host, 'settings_set', { path: spring, value: 'x' }), /springK/);

peer.close();
await host.end();
console.log('everything was as it should be');
process.exit(0);
