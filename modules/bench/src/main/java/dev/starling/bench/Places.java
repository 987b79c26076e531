/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.nio.file.Path;

/**
 * Where things lie in a checkout.
 *
 * @param root the checkout
 */
public record Places(Path root) {
  /** The peers' sources. */
  public Path peers() {
    return root.resolve("modules/bench/src/main/peers");
  }

  /** Logs, working directories and downloads of servers; never in the source tree. */
  public Path work() {
    return root.resolve("modules/bench/target/bench");
  }

  /** The peers' libraries, kept between runs. */
  public Path peerLibraries() {
    return root.resolve("modules/bench/target/peers");
  }

  /** Raw results. */
  public Path results() {
    return root.resolve("modules/bench/target");
  }

  /** What starts a node. */
  public Path starling() {
    return root.resolve("scripts/starling");
  }
}
