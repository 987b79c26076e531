/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import java.util.List;

/** A mesh of two nodes whose first one is killed, and started again where it was. */
final class TwoNodes implements AutoCloseable {
  private final List<Integer> ports = FreePorts.some(4);
  private final List<Integer> cluster = ports.subList(0, 2);
  private final NodeProcess second = NodeProcess.member(cluster.get(1), cluster);
  private NodeProcess first = startFirst();

  TwoNodes() {
    first.awaitReady();
    second.awaitReady();
  }

  NodeProcess first() {
    return first;
  }

  NodeProcess second() {
    return second;
  }

  void restartFirst() {
    first.close();
    first = startFirst().awaitReady();
  }

  private NodeProcess startFirst() {
    return NodeProcess.run(
        "up",
        "--cluster-port",
        "" + cluster.get(0),
        "--join",
        "127.0.0.1:%d,127.0.0.1:%d".formatted(cluster.get(0), cluster.get(1)),
        "--http-port",
        "" + ports.get(2),
        "--agent-port",
        "" + ports.get(3));
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
