import { decodePositions, PositionFrame, PositionStream } from "../binary.js";
import { MeshError } from "./error.js";

/** Position frames of one connection after the other. */
export class PositionReader {
  #protocol;
  #frame = new PositionFrame();
  #stream = new PositionStream(this.#frame);
  #lacking = false;

  constructor(protocol) {
    this.#protocol = protocol;
  }

  /** A connection begins, and knows nothing of the frames of the one before. */
  begin() {
    this.#stream = new PositionStream(this.#frame);
    this.#lacking = false;
  }

  /**
   * The frame of a binary message; null where it builds on one that did not come, which was said.
   *
   * @throws {MeshError} where it is no frame, and where the first did not come that later ones need
   */
  read(buffer) {
    try {
      if (this.#protocol !== 3) {
        return decodePositions(buffer, { protocol: this.#protocol, into: this.#frame });
      }
      return this.#next(buffer);
    } catch (cause) {
      throw cause instanceof MeshError ? cause : new MeshError("INVALID_FRAME", cause.message);
    }
  }

  #next(buffer) {
    const frame = this.#stream.decode(buffer);
    const begins = frame === null && !this.#lacking;
    this.#lacking = frame === null;
    if (!begins) return frame;
    throw new MeshError("FRAME_GAP", "A position frame builds on one that did not come: "
      + "positions go on with the next key frame");
  }
}
