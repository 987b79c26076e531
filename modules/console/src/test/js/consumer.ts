/** A program of a user of the package; it is compiled, strictly, and not run. */
import {
  type AgentStatus, type ClientMessage, type EventName, MeshClient, type MeshClientOptions, MeshError,
  MESH_DEFAULTS, type ServerMessage,
} from "@starling-mesh/client";
import { decodePositions, type NodeData, parseBinaryNodeData, PositionFrame } from "@starling-mesh/client/binary";
import QISBrowserAgent, { fingerprintOf, type OutcomeAck, QISError } from "@starling-mesh/client/qis";
import { useWebSocket } from "@starling-mesh/client/react";

const options: MeshClientOptions = {
  url: ["ws://a/ws", "ws://b/ws"], token: async () => "token", protocol: 2, events: ["agent_status"],
  heartbeat: { interval: MESH_DEFAULTS.heartbeat.interval / 2 },
};
const client = new MeshClient(options);

function describeMessage(message: ServerMessage): string {
  switch (message.type) {
    case "authenticated": return message.permissions.join();
    case "subscribed": return message.events.join();
    case "pong": return String(message.serverTime);
    case "settings_updated": return message.path;
    case "voice_response": return message.response.intent;
    case "transcription": return message.text;
    case "agent_status": return message.agentId + (message.currentTask?.progress ?? 0);
    case "task_progress": return message.taskId;
    case "agent_controlled": return message.status;
    case "agent_spawned": return message.node;
    case "task_status": return message.status;
    case "task_assigned": return message.description + message.attempt;
    case "task_cancelled": return message.reason;
    case "task_reported": return String(message.current);
    case "gpu_analytics": return message.algorithm;
    case "anomaly_detected": return message.anomaly.nodeId;
    case "system_event": return message.event;
    case "simulation_state": return String(message.fps);
    case "outcome_routed": return message.outcomeId;
    case "graph_update": return String(message.added.nodes.length);
    case "registered": return message.agent_id;
    case "outcome_ack": return message.routed_to.join();
    case "query_result": return message.agents.map(({ agent_id }) => agent_id).join();
    case "incoming_outcome": return String(message.packet.payload);
    case "error": return message.code;
    default: return message satisfies never;
  }
}

export async function use(): Promise<void> {
  const off: () => void = client.on("agent_status", (status: AgentStatus) => status.agentId);
  client.on("positions", (frame) => frame.positions.subarray(0, 3 * frame.count));
  client.on("error", (error) => error instanceof MeshError && error.code);
  client.on("state", ({ state, retryInMs }) => state === "reconnecting" && retryInMs);
  client.on("weather", (message) => message.type.length);
  await client.connect();
  const held: EventName[] = await client.subscribe(["agent_status", "task_progress"]);
  const unchanged: EventName[] = await client.subscribe([]);
  const { path } = await client.setting("a.b", { c: [1, null] });
  for await (const event of client.events("system_event")) describeMessage(event);
  const message: ClientMessage = { type: "graph_interaction", action: "node_pin", nodeId: 7 };
  client.drag("node", { x: 1, y: 2, z: 3 });
  await client.request(message);
  await client.request({ type: "register", fingerprint: [1, 0], accept_derived: true });
  await client.request({ type: "outcome", packet: { payload: { rain: true }, confidence: 0.9 } });
  await client.request({ type: "query", fingerprint: [1, 0], limit: 3 });
  await client.request({ type: "voice_start", sampleRate: 16_000 });
  await client.request({ type: "voice_stop", sessionId: "s" });
  off();
  void held.concat(unchanged).length;
  void path.length;

  // @ts-expect-error: no such message
  await client.request({ type: "dance" });
  // @ts-expect-error: a rate is needed
  await client.request({ type: "voice_start" });
  // @ts-expect-error: no such action
  await client.agentControl("explode", "agent");
  // @ts-expect-error: no such event
  await client.subscribe("weather");
  // @ts-expect-error: no such protocol
  new MeshClient({ url: "ws://a", protocol: 7 });
  // @ts-expect-error: options are one object
  new MeshClient("ws://a", { token: "token" });
  // @ts-expect-error: a heartbeat is two times, or none
  new MeshClient({ url: "ws://a", heartbeat: 5 });
  // @ts-expect-error: a token is a string, or a function that gives one
  new MeshClient({ url: "ws://a", token: async () => 5 });
  // @ts-expect-error: an address is needed
  new MeshClient({ token: "token" });
  // @ts-expect-error: a position has three axes
  client.drag("node", { x: 1 });
  // @ts-expect-error: no field of a status
  client.on("agent_status", (status) => status.weather);
}

const nodes: NodeData[] = parseBinaryNodeData(new ArrayBuffer(34));
const frame: PositionFrame = decodePositions(new Uint8Array(37), { protocol: 2, into: new PositionFrame() });
export const parents: Int32Array = frame.copy().ssspParent;
export const first: number | undefined = nodes[0]?.position.x;

const agent = new QISBrowserAgent("ws://a", null, fingerprintOf("rain"), {
  onError: (error: QISError) => error.retrying,
});
export const ack: Promise<OutcomeAck> = agent.emitOutcome({ rain: true }, 0.9, { derived_from: ["x"] });

export function Component(): string {
  const { isConnected, lastMessage, sendMessage, frame: newest, client: mesh } =
    useWebSocket("ws://a/ws", { fps: 30, onFrame: (each) => each.count });
  sendMessage({ type: "ping" });
  void mesh.current?.setting("a", 1);
  return isConnected ? lastMessage ?? String(newest.current?.count) : "";
}
