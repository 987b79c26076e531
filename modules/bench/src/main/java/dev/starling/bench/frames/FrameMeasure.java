/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.CaseMeasure;
import dev.starling.bench.Label;
import dev.starling.bench.Measure.Better;

/** What is measured of frames; a row of the table is one of these in one case. */
enum FrameMeasure implements CaseMeasure {
  /** Parsed by the reference's parser. */
  PAGE_FPS("frames a second in the page", "1/s", Better.MORE),
  /** Median in the page. */
  PAGE_PARSE("a frame in the reference's parser", "ms", Better.LESS),
  /** In the page. */
  PAGE_GAP("between frames in the page, p99", "ms", Better.LESS),
  /** Median of the readers. */
  FPS("frames a second of a reader, median", "1/s", Better.MORE),
  /** The reader that got the fewest. */
  LEAST_FPS("frames a second of the reader with the fewest", "1/s", Better.MORE),
  /** Of all readers. */
  GAP("between frames of a reader, p99", "ms", Better.LESS),
  /** One that reads a frame a second. */
  SLOW_FPS("frames a second of the slow reader", "1/s", Better.LESS),
  /** Part of the nodes whose place in a frame is not that of the frame before. */
  MOVED("nodes that moved from frame to frame", "%", Better.MORE),
  /** Payload of a frame. */
  BYTES("a frame", "KiB", Better.LESS),
  /** Payload. */
  BYTES_PER_NODE("a node of a frame", "B", Better.LESS),
  /** To each reader. */
  RATE("to each reader", "MiB/s", Better.LESS),
  /** What the node, with simulation and gateway, needs. */
  CORES("CPU of the node", "cores", Better.LESS),
  /** Simulation, encoding and delivery, by frames delivered. */
  CPU_PER_FRAME("CPU of the node for each frame delivered", "ms", Better.LESS),
  /** Connecting, upgrade and first frame of a layout at rest, median. */
  JOIN("joining to a whole frame, at rest", "ms", Better.LESS),
  /** The same, the slowest. */
  JOIN_WORST("joining to a whole frame, at rest, slowest", "ms", Better.LESS);

  private final Label label;

  FrameMeasure(String title, String unit, Better better) {
    this.label = new Label(title, unit, better);
  }

  @Override
  public Label label() {
    return label;
  }
}
