/** The nodes of a frame, column by column; to be filled again by the next frame. */
export class PositionFrame {
  /** Nodes in the frame, and rows of each column. */
  readonly count: number;
  /** [count] */
  readonly ids: Uint32Array;
  /** [count] 1 for an agent, 0 for knowledge */
  readonly isAgent: Uint8Array;
  /** [3 · count] x, y, z of each node */
  readonly positions: Float32Array;
  /** [3 · count] */
  readonly velocities: Float32Array;
  /** [count] +Infinity where no path leads there */
  readonly ssspDistance: Float32Array;
  /** [count] −1 for the root and where no path leads there */
  readonly ssspParent: Int32Array;
  /** Makes room for so many nodes. Allocates only when it is another number than before. */
  resize(count: number): void;
  /** A copy that the next frame does not overwrite. */
  copy(): PositionFrame;
}

/** The layout of position frames, as in `?protocol=`. */
export type PositionProtocol = 1 | 2 | 3;

export interface DecodeOptions {
  /** The one that the socket was opened with; 1 where it was opened without. */
  protocol?: 1 | 2;
  /** Filled and returned, so that nothing is allocated while the graph keeps its size. */
  into?: PositionFrame;
}

/** Decodes a frame into columns; throws a RangeError where it is no frame of that protocol. */
export function decodePositions(
  data: ArrayBuffer | ArrayBufferView, options?: DecodeOptions): PositionFrame;

/** Decodes the frames of protocol 3 of one socket, each of which builds on the one before. */
export class PositionStream {
  /** @param into the frame to fill */
  constructor(into?: PositionFrame);
  /** Where the nodes are; overwritten by the next frame. Without velocities and paths. */
  readonly frame: PositionFrame;
  /** Sequence of the last frame that was taken in; null before the first. */
  readonly sequence: number | null;
  /** Frames that built on one that never came. */
  readonly gaps: number;
  /**
   * Takes a frame in; null where it builds on one that did not come: then the layout stays as it
   * was until the next key frame. Throws a RangeError where it is no frame of protocol 3.
   */
  decode(data: ArrayBuffer | ArrayBufferView): PositionFrame | null;
}

export interface Point {
  x: number;
  y: number;
  z: number;
}

export interface NodeData {
  id: number;
  isAgent: boolean;
  position: Point;
  velocity: Point;
  ssspDistance: number;
  ssspParent: number;
}

/** Decodes a frame of protocol 1 into one object for each node. */
export function parseBinaryNodeData(buffer: ArrayBuffer | ArrayBufferView): NodeData[];
