/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import java.util.ArrayList;
import java.util.List;

/**
 * What is watched, and by whom.
 *
 * @param name its rows' name in the table
 * @param graph as {@code GraphFiles} names it
 * @param readers that read as fast as they can
 * @param hasPage whether a page in Chromium parses every frame, too
 * @param hasSlow whether one more client reads one frame a second
 * @param protocol of the raw readers, 1 to 3
 * @param fps that the raw readers ask for
 */
record FrameCase(
    String name,
    String graph,
    int readers,
    boolean hasPage,
    boolean hasSlow,
    int protocol,
    int fps) {

  static final int FULL = 60;
  static final String SMALL = "10k";
  static final String LARGE = "32k";
  static final String SLOW = "10k, one reads slowly";
  static final String NARROW = "10k, protocol 3";

  /** A page beside nine readers, at the two sizes of the goals, and what changes around it. */
  static List<FrameCase> all() {
    List<FrameCase> cases = new ArrayList<>();
    cases.add(new FrameCase(SMALL, "deb10k", 9, true, false, 1, FULL));
    cases.add(new FrameCase(LARGE, "deb32k", 9, true, false, 1, FULL));
    cases.add(new FrameCase(SLOW, "deb10k", 9, true, true, 1, FULL));
    cases.add(new FrameCase("10k, one client", "deb10k", 1, false, false, 1, FULL));
    cases.add(new FrameCase("10k, 30 clients", "deb10k", 30, false, false, 1, FULL));
    cases.add(new FrameCase("10k, 10 clients, 10 Hz", "deb10k", 10, false, false, 1, 10));
    cases.add(new FrameCase("10k, protocol 2", "deb10k", 10, false, false, 2, FULL));
    cases.add(new FrameCase(NARROW, "deb10k", 10, false, false, 3, FULL));
    cases.add(new FrameCase("1k, 100 clients", "deb1k", 100, false, false, 1, FULL));
    return cases;
  }

  /** A smoke test of the same. */
  static List<FrameCase> quick(boolean hasPage) {
    return List.of(
        new FrameCase("sbm1k", "sbm1k", 3, hasPage, true, 1, FULL),
        new FrameCase("sbm1k, protocol 3", "sbm1k", 3, false, false, 3, FULL));
  }

  FrameCase withoutPage() {
    return new FrameCase(name, graph, readers, false, hasSlow, protocol, fps);
  }
}
