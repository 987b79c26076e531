import type { Point, PositionFrame, PositionProtocol } from "./binary.js";
import type {
  AgentAction, AgentControlled, ClientMessage, EventName, GraphAction, Json, NodeId, ServerMessage,
  SettingsUpdated, SettingUpdate, VoiceCommand, VoiceResponse,
} from "./messages.js";
import type { BackoffOptions, HeartbeatOptions, WebSocketConstructor } from "./qis.js";

export * from "./binary.js";
export * from "./messages.js";
export * from "./qis.js";

/** Times in milliseconds, sizes in bytes; MESH_DEFAULTS says what is where nothing is set. */
export interface MeshClientOptions {
  /** One gateway, or several to fail over between. A page may give a path of its own server. */
  url: string | string[];
  /** Fixed, or asked for with every connection and before the one in use expires. */
  token?: string | (() => string | Promise<string>);
  /** Compared with the token's, where that has one too. */
  pubkey?: string;
  authentication?: "message" | "query";
  /** Events to be subscribed to beside those that the endpoint starts with. */
  events?: EventName[];
  protocol?: PositionProtocol;
  /** Fewer position frames a second than 60: a whole number from 1. */
  fps?: number;
  compression?: "deflate" | "zlib";
  backoff?: Partial<BackoffOptions>;
  heartbeat?: Partial<HeartbeatOptions> | false;
  connectTimeout?: number;
  healthyAfter?: number;
  requestTimeout?: number;
  queueTimeout?: number;
  queueLimit?: number;
  inFlightLimit?: number;
  highWater?: number;
  dragHighWater?: number;
  messageLimit?: number;
  renewBefore?: number;
  WebSocket?: WebSocketConstructor;
}

export type ClientState = "closed" | "connecting" | "open" | "reconnecting";

export interface StateInfo {
  state: ClientState;
  previous: ClientState;
  url: string;
  /** The code that the socket was closed with. */
  code?: number;
  reason?: string;
  /** Until the next try, in milliseconds. */
  retryInMs?: number;
  error?: MeshError | null;
}

/** What listeners are given, by name: messages by their type, and what the client has to say. */
export type ClientEvents = {
  [Type in Exclude<ServerMessage["type"], "error">]: Extract<ServerMessage, { type: Type }>;
} & {
  state: StateInfo;
  /** Overwritten by the next frame: copy() what is kept. */
  positions: PositionFrame;
  /** The binary message of a frame, not decoded. */
  frame: ArrayBuffer;
  /** Errors that answer no promise. */
  error: MeshError;
  message: ServerMessage;
  text: string;
};

/** What a message of another type than those known looks like. */
export interface UnknownMessage {
  type: string;
  [field: string]: unknown;
}

type EventOf<Name extends string> =
  Name extends keyof ClientEvents ? ClientEvents[Name] : UnknownMessage;

/** Keeps the newest values that were not read yet; ends with the client. */
export interface EventStream<Value> extends AsyncIterableIterator<Value> {
  /** Values that gave way because they were not read in time. */
  readonly dropped: number;
}

/** A client of the mesh's sockets `/ws`, `/ws/voice`, `/ws/agents` and `/ws/analytics`. */
export class MeshClient {
  constructor(options: MeshClientOptions | string | string[]);
  readonly state: ClientState;
  readonly url: string;
  /** Messages without an answer, sent or not. */
  readonly pending: number;
  /** Milliseconds; null before the first heartbeat. */
  readonly roundTrip: number | null;
  readonly bufferedAmount: number;
  /** Settles when the connection is open, or rejects with what ended it. */
  connect(): Promise<void>;
  close(): void;
  /** Returns the function that ends it. */
  on<Name extends keyof ClientEvents | (string & {})>(
    name: Name, listener: (value: EventOf<Name>) => void): () => void;
  once<Name extends keyof ClientEvents | (string & {})>(
    name: Name, listener: (value: EventOf<Name>) => void): () => void;
  events<Name extends keyof ClientEvents | (string & {})>(
    name: Name, options?: { limit?: number }): EventStream<EventOf<Name>>;
  /** Resolves with all events that are heard now; an empty list changes nothing. */
  subscribe(events: EventName | EventName[]): Promise<EventName[]>;
  unsubscribe(events: EventName | EventName[]): Promise<EventName[]>;
  request(message: ClientMessage): Promise<ServerMessage>;
  /** Whether it was sent. */
  send(message: unknown): boolean;
  setting(path: string, value: Json): Promise<SettingsUpdated>;
  settingsBatch(updates: SettingUpdate[]): Promise<SettingsUpdated[]>;
  /** How the agent is then. */
  agentControl(action: AgentAction, agentId: string): Promise<AgentControlled>;
  voiceCommand(command: VoiceCommand): Promise<VoiceResponse>;
  ping(): Promise<{ roundTrip: number; serverTime?: number }>;
  graphInteraction(action: GraphAction, nodeId: NodeId, position?: Point): Promise<void>;
  select(nodeId: NodeId): Promise<void>;
  deselect(nodeId: NodeId): Promise<void>;
  pin(nodeId: NodeId, position?: Point): Promise<void>;
  unpin(nodeId: NodeId): Promise<void>;
  dragStart(nodeId: NodeId, position?: Point): Promise<void>;
  /** False while there is no connection. */
  drag(nodeId: NodeId, position: Point): boolean;
  dragEnd(nodeId: NodeId, position?: Point): Promise<void>;
}

/** Why something was not done: the mesh refused it, or the client could not bring it there. */
export class MeshError extends Error {
  constructor(code: string, message: string, about?: {
    details?: Record<string, unknown> | null; id?: string | number; closeCode?: number;
  });
  readonly code: string;
  readonly details: Record<string, unknown> | null;
  readonly id?: string | number;
  readonly closeCode?: number;
}

export const MESH_DEFAULTS: Readonly<Required<Pick<MeshClientOptions,
  "connectTimeout" | "healthyAfter" | "requestTimeout" | "queueTimeout" | "queueLimit"
  | "inFlightLimit" | "highWater" | "dragHighWater" | "messageLimit" | "authentication"
  | "renewBefore" | "protocol">> & {
  backoff: Readonly<BackoffOptions>;
  heartbeat: Readonly<HeartbeatOptions>;
}>;
