/** The messages of the sockets: JSON objects told apart by `type`. Times are ms since 1970. */

import type { Point } from "./binary.js";
import type { OutcomeAck, OutcomePacket, Registered } from "./qis.js";

/** A node of the graph: its key, or its frame id. */
export type NodeId = string | number;

/** What can be subscribed to. */
export type EventName =
  | "positions" | "graph_update" | "simulation_state" | "agent_status" | "task_progress"
  | "gpu_analytics" | "anomaly_detected" | "system_event" | "settings_updated" | "outcome_routed";

export type GraphAction =
  | "node_selected" | "node_deselected" | "node_drag_start" | "node_drag" | "node_drag_end"
  | "node_pin" | "node_unpin";

export type AgentAction = "pause" | "resume" | "stop" | "restart";

export type AgentLife = "starting" | "idle" | "active" | "paused" | "failing" | "offline";

export type TaskState =
  | "queued" | "assigned" | "progressing" | "completed" | "failed" | "cancelled" | "timed_out";

export type TaskPriority = "low" | "normal" | "high" | "critical";

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

// ── client → server ────────────────────────────────────────────────────────────────────────────

export interface SettingUpdate {
  path: string;
  value: Json;
}

export interface VoiceCommand {
  /** Text; authoritative where it is given. */
  command?: string;
  sessionId?: string;
  userId?: string;
  /** Base64. */
  audioData?: string;
  format?: "wav";
  timestamp?: number;
}

export interface Registration {
  agent_id?: string;
  /** 1 to 4096 finite numbers. */
  fingerprint?: number[];
  /** Text that the mesh embeds in place of a fingerprint. */
  profile?: string;
  space?: string;
  /** A stricter similarity threshold than the space's. */
  threshold?: number;
  accept_derived?: boolean;
  meta?: object;
  /** How many tasks the agent takes at a time; by default none. */
  tasks?: number;
  resume?: string;
}

export interface AgentRequest {
  /** One that a node of the mesh offers. */
  kind: string;
  name?: string;
  /** What it is about, in words. */
  profile?: string;
  /** The id or the name of the node that is to run it. */
  node?: string;
  /** The name of the swarm that is to spawn it, in place of a node. */
  swarm?: string;
}

/** Without target, kind and capability it goes to an agent that is most about it. */
export interface TaskRequest {
  description: string;
  /** An agent's id. */
  target?: string;
  kind?: string;
  capability?: string;
  fingerprint?: number[];
  space?: string;
  priority?: TaskPriority;
  input?: object;
  timeoutMs?: number;
}

/** What an agent says of a task that it was given. */
export interface TaskReport {
  taskId: string;
  /** As it came with the task. */
  attempt: number;
  status?: "progressing" | "completed" | "failed";
  /** 0 to 100 */
  progress?: number;
  message?: string;
  /** Of one that is completed. */
  result?: object;
  /** Of one that failed. */
  reason?: string;
  /** Of one that failed: whether another agent might do it. */
  retry?: boolean;
}

export type ClientMessage = { id?: string | number } & (
  | { type: "auth"; token: string; pubkey?: string }
  | { type: "ping"; timestamp?: number }
  | { type: "subscribe" | "unsubscribe"; events: EventName[] }
  | ({ type: "settings" } & SettingUpdate)
  | { type: "settings_batch"; updates: SettingUpdate[] }
  | { type: "graph_interaction"; action: GraphAction; nodeId: NodeId; position?: Point }
  | { type: "agent_control"; action: AgentAction; agentId: string }
  | ({ type: "agent_spawn" } & AgentRequest)
  | ({ type: "task_submit" } & TaskRequest)
  | { type: "task_cancel"; taskId: string }
  | ({ type: "task_report" } & TaskReport)
  | ({ type: "voice_command" } & VoiceCommand)
  | { type: "voice_start"; sessionId?: string; sampleRate: number }
  | { type: "voice_stop"; sessionId?: string }
  | ({ type: "register" } & Registration)
  | { type: "outcome"; packet: OutcomePacket }
  | ({ type: "query"; limit?: number } & Pick<Registration, "fingerprint" | "profile" | "space">)
);

// ── server → client ────────────────────────────────────────────────────────────────────────────

interface Reply {
  /** That of the message which it answers. */
  id?: string | number;
}

export interface Authenticated extends Reply {
  type: "authenticated";
  subject: string;
  permissions: string[];
  /** null where the token does not expire. */
  expiresAt: number | null;
}

export interface Subscribed extends Reply {
  type: "subscribed";
  /** All that are held now. */
  events: EventName[];
}

export interface Pong extends Reply {
  type: "pong";
  timestamp?: number;
  serverTime?: number;
}

export interface SettingsUpdated extends Reply {
  type: "settings_updated";
  path: string;
  value: Json;
  timestamp: number;
}

export interface VoiceResponse extends Reply {
  type: "voice_response";
  sessionId?: string | null;
  response: {
    intent: string;
    success: boolean;
    message: string;
    data?: Record<string, unknown>;
    slots?: Record<string, unknown>;
    /** 0 to 1 */
    confidence?: number;
    needsConfirmation?: boolean;
    suggestions?: string[];
  };
  audioResponse?: { available: boolean; url?: string | null };
}

export interface Transcription extends Reply {
  type: "transcription";
  sessionId?: string | null;
  text: string;
  isFinal: boolean;
}

/** What cannot be measured is null. */
export interface AgentStatus extends Reply {
  type: "agent_status";
  agentId: string;
  /** One of AgentLife; a server of the reference may send others. */
  status: string;
  swarmId?: string | null;
  health?: {
    /** Per cent of one core. */
    cpu: number | null;
    /** MiB */
    memory: number | null;
    taskQueue: number | null;
    mcpConnected: boolean | null;
    /** ISO 8601 */
    lastPing: string | null;
    /** Outcomes and tasks that wait in the node that hosts it. */
    inbox?: number;
    /** What cpu and memory are of, where that is more than the agent. */
    scope?: string;
  };
  capabilities?: string[];
  currentTask?: {
    taskId: string;
    description: string;
    /** 0 to 100 */
    progress: number | null;
    /** ISO 8601 */
    estimatedCompletion: string | null;
  } | null;
  mcpMetrics?: {
    messagesProcessed: number | null;
    responsesGenerated: number | null;
    /** 0 to 1 */
    errorRate: number | null;
  } | null;
  timestamp: number;
  kind?: string;
  name?: string;
  /** The node that holds it. */
  node?: string;
  /** What does its thinking, where there is a choice. */
  backend?: string;
  /** Why it is as it is, where that needs one. */
  reason?: string;
}

export interface TaskProgress extends Reply {
  type: "task_progress";
  taskId: string;
  /** 0 to 100 */
  progress: number | null;
  /** One of TaskState; a server of the reference may send others. */
  status: string;
  message?: string | null;
  agentId?: string | null;
  /** ISO 8601, at its pace so far. */
  estimatedCompletion?: string;
}

export interface AgentControlled extends Reply {
  type: "agent_controlled";
  agentId: string;
  status: AgentLife;
}

export interface AgentSpawned extends Reply {
  type: "agent_spawned";
  agentId: string;
  node: string;
}

/** A task was taken, or taken back. */
export interface TaskStatus extends Reply {
  type: "task_status";
  taskId: string;
  status: TaskState;
}

/** A task for the agent of this session. */
export interface TaskAssigned {
  type: "task_assigned";
  taskId: string;
  attempt: number;
  description: string;
  input?: object;
  priority: TaskPriority;
  deadline: number;
}

/** A task of this session's agent is not wanted any more. */
export interface TaskCancelled {
  type: "task_cancelled";
  taskId: string;
  attempt: number;
  reason: string;
}

export interface TaskReported extends Reply {
  type: "task_reported";
  taskId: string;
  /** False where the task is another agent's by now, or has ended. */
  current: boolean;
}

export interface GpuAnalytics extends Reply {
  type: "gpu_analytics";
  operation: string;
  algorithm: string;
  /** What computes: a GPU's or the CPU's. */
  backend?: string;
  status: string;
  /** 0 to 1 */
  progress: number | null;
  data: {
    clustersFound: number | null;
    currentIteration: number | null;
    maxIterations: number | null;
    modularity: number | null;
    /** Per cent; null on a CPU. */
    gpuUtilization: number | null;
    memoryUsage: string | null;
    /** ISO 8601 */
    estimatedCompletion: string | null;
  };
  performance?: {
    kernelExecutions: number | null;
    /** ms */
    avgKernelTime: number | null;
    throughput: string | null;
  };
}

export interface AnomalyDetected extends Reply {
  type: "anomaly_detected";
  method: string;
  anomaly: {
    /** The node's key. */
    nodeId: string;
    score: number;
    confidence: number | null;
    features: Record<string, number | null>;
    severity: string;
  };
  context: {
    totalNodes: number | null;
    anomaliesFound: number | null;
    /** ms */
    detectionTime: number | null;
  };
}

export interface SystemEvent extends Reply {
  type: "system_event";
  /** agent_joined, agent_left, node_joined, node_left; later builds may send others. */
  event: string;
  data: Record<string, unknown>;
}

export interface GraphNode {
  id: number;
  key: string;
  label: string;
  kind: "agent" | "knowledge";
  x: number;
  y: number;
  z: number;
}

export interface GraphEdge {
  source: number;
  target: number;
  weight: number;
}

export interface GraphUpdate extends Reply {
  type: "graph_update";
  added: { nodes: GraphNode[]; edges: GraphEdge[] };
  removed: { nodes: number[]; edges: [number, number][] };
  changed: { nodes: GraphNode[]; edges: GraphEdge[] };
  /** More happened than is listed: read the graph anew. */
  reload?: true;
}

export interface SimulationState extends Reply {
  type: "simulation_state";
  running: boolean;
  converged: boolean;
  iteration: number;
  kineticEnergy: number | null;
  /** Measured. */
  fps: number | null;
  nodes: number;
  edges: number;
  /** What it aims at: less than 60 where ticks take too long. */
  targetFps: number | null;
}

export interface OutcomeRouted extends Reply {
  type: "outcome_routed";
  outcomeId: string;
  sourceAgent: string;
  /** Agent ids, most similar first. */
  receivers: string[];
  matchesFound: number;
  partial: boolean;
  /** ms */
  latency: number;
  /** Outcomes routed since the last such event, this one among them. */
  count: number;
  timestamp: number;
}

export interface ErrorMessage extends Reply {
  type: "error";
  code: string;
  message: string;
  details?: Record<string, unknown>;
  error?: string;
}

export interface QueryResult extends Reply {
  type: "query_result";
  /** By similarity, highest first. */
  agents: { agent_id: string; similarity: number }[];
}

export interface IncomingOutcome {
  type: "incoming_outcome";
  packet: OutcomePacket;
  similarity?: number;
  position?: string;
  replayed?: boolean;
}

/** Those whose fields are known; a server may send others. */
export type ServerMessage =
  | Authenticated | Subscribed | Pong | SettingsUpdated | VoiceResponse | Transcription
  | AgentStatus | TaskProgress | GpuAnalytics | AnomalyDetected | SystemEvent | GraphUpdate
  | SimulationState | OutcomeRouted | Registered | OutcomeAck | QueryResult | IncomingOutcome
  | AgentControlled | AgentSpawned | TaskStatus | TaskAssigned | TaskCancelled | TaskReported
  | ErrorMessage;
