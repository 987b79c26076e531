import type {
  ClientState, MeshClient, MeshClientOptions, MeshError, PositionFrame, ServerMessage, StateInfo,
} from "./index.js";

/** The callbacks may change with every render. */
export interface UseWebSocketOptions extends Omit<MeshClientOptions, "url"> {
  /** Every position frame; overwritten by the next. */
  onFrame?(frame: PositionFrame): void;
  /** Every message, also those between two renders. */
  onMessage?(message: ServerMessage): void;
  onError?(error: MeshError): void;
  onStateChange?(info: StateInfo): void;
}

export interface UseWebSocket {
  isConnected: boolean;
  /** The text of the newest message. */
  lastMessage: string | null;
  /** Sends a value as JSON if connected; whether it did. */
  sendMessage(message: unknown): boolean;
  state: ClientState;
  /** The newest positions; they never render by themselves. */
  readonly frame: { readonly current: PositionFrame | null };
  /** For what the hook does not do itself; null while unmounted. */
  readonly client: { readonly current: MeshClient | null };
}

/** A socket that comes back by itself, for as long as the component is mounted. */
export function useWebSocket(
  url: string | string[] | null | undefined, options?: UseWebSocketOptions): UseWebSocket;
