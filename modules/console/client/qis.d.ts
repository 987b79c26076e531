/** What is used of a WebSocket. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(data: string): void;
  close(): void;
}

/** The browser's, Node's own from 22 on, or that of the package `ws`. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** What an agent found out, as it travels. Fields that are not named here travel untouched. */
export interface OutcomePacket {
  outcome_id?: string;
  fingerprint?: number[];
  space?: string;
  payload?: unknown;
  /** 0 to 1 */
  confidence?: number;
  source_agent?: string;
  /** Seconds since 1970, by custom. */
  timestamp?: number;
  derived_from?: string[];
  hops?: number;
  [field: string]: unknown;
}

export interface Registered {
  type: "registered";
  agent_id: string;
  /** Agents of the whole mesh. */
  agent_count: number;
  similarity_threshold?: number;
  gateway?: string;
  position?: string;
  recovered?: boolean;
  id?: string | number;
}

export interface OutcomeAck {
  type: "outcome_ack";
  status: "routed" | "duplicate" | "expired";
  outcome_id: string;
  matches_found: number;
  /** By similarity, highest first. */
  routed_to: string[];
  /** Some of the mesh was silent: agents may have been missed. */
  partial?: boolean;
  id?: string | number;
}

export interface IncomingFacts {
  similarity?: number;
  /** From the mesh's log, for an agent that was away. */
  replayed: boolean;
}

export type AgentState =
  "idle" | "connecting" | "registering" | "registered" | "waiting" | "moved" | "stopped" | "closed";

export interface AgentStateInfo {
  previous: AgentState;
  url: string | null;
  code?: number;
  reason?: string;
  retryInMs?: number;
  error?: QISError;
}

export interface BackoffOptions {
  /** Milliseconds. */
  base: number;
  /** Milliseconds. */
  max: number;
  /** From 0 to 1. */
  random: () => number;
}

export interface HeartbeatOptions {
  /** Milliseconds between pings. */
  interval: number;
  /** Milliseconds of silence after which the connection is given up. */
  timeout: number;
}

/** Times in milliseconds, sizes in bytes. */
export interface AgentOptions {
  backoff?: Partial<BackoffOptions>;
  heartbeat?: Partial<HeartbeatOptions> | false;
  connectTimeout?: number;
  registerTimeout?: number;
  ackTimeout?: number;
  queueLimit?: number;
  inFlightLimit?: number;
  attempts?: number;
  highWater?: number;
  messageLimit?: number;
  seenLimit?: number;
  resume?: boolean;
  renewBefore?: number;
  /** Fixed, or asked for with every connection and before the one in use expires. */
  token?: string | (() => string | Promise<string>);
  /** Compared with the token's, where that has one too. */
  pubkey?: string;
  meta?: object;
  /** Text that the mesh embeds in place of a fingerprint. */
  profile?: string;
  space?: string;
  /** A stricter similarity threshold than the space's. */
  threshold?: number;
  WebSocket?: WebSocketConstructor;
  onRegistered?(message: Registered): void;
  onAck?(ack: OutcomeAck): void;
  onError?(error: QISError): void;
  onStateChange?(state: AgentState, info: AgentStateInfo): void;
  onAgentMoved?(error: QISError): void;
  onDropped?(packet: OutcomePacket, total: number): void;
}

/** An agent of the mesh. Construct, set `onIncomingOutcome`, `connect()`. */
export class QISBrowserAgent {
  constructor(
    serverUrl: string | string[], agentId: string | null, fingerprint: ArrayLike<number> | null,
    options?: AgentOptions);
  serverUrl: string | string[];
  agentId: string | null;
  fingerprint: ArrayLike<number> | null;
  readonly ws: WebSocketLike | null;
  onIncomingOutcome: ((packet: OutcomePacket, facts: IncomingFacts) => void) | null;
  /** Outcomes dropped because the queue was full. */
  readonly droppedOutcomes: number;
  readonly state: AgentState;
  readonly url: string | null;
  /** Outcomes not yet acknowledged, sent or not. */
  readonly pending: number;
  connect(): void;
  close(): void;
  /** Settles with the mesh's answer, or rejects with a QISError. */
  emitOutcome(
    payload: unknown, confidence?: number, fields?: Partial<OutcomePacket>): Promise<OutcomeAck>;
}
export default QISBrowserAgent;

/** Why an outcome was not delivered, or what the mesh complained about. */
export class QISError extends Error {
  constructor(
    code: string, message: string,
    about?: { details?: object | null; packet?: OutcomePacket | null; retrying?: boolean });
  code: string;
  details: Record<string, unknown> | null;
  packet: OutcomePacket | null;
  /** The client tries again by itself. */
  retrying: boolean;
}

export const DEFAULTS: Readonly<Required<Pick<AgentOptions,
  "connectTimeout" | "registerTimeout" | "ackTimeout" | "queueLimit" | "inFlightLimit" | "attempts"
  | "highWater" | "messageLimit" | "seenLimit" | "resume" | "renewBefore">> & {
  backoff: Readonly<BackoffOptions>;
  heartbeat: Readonly<HeartbeatOptions>;
}>;

/** A lexical fingerprint of a text: which words occur, not what they mean. */
export function fingerprintOf(text: string, dimensions?: number): number[];

/** The wait before attempt `n` + 1, n from 0, in milliseconds. */
export function backoffDelay(n: number, options: BackoffOptions): number;
