/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are given one folder to keep their settings in. */
class NodeFolderTest {
  private static final Duration END = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private static NodeProcess start(Path data) {
    return NodeProcess.start("--set", "node.data=" + data);
  }

  @Test
  void theSecondOfTwoNodesDoesNotStartUntilTheFirstIsGone() {
    try (NodeProcess first = start(folder).awaitReady()) {
      try (NodeProcess second = start(folder)) {
        assertThat(second.exitCode(END)).isEqualTo(2);
        assertThat(second.output())
            .anyMatch(line ->
                line.contains("cannot use " + folder + " (node.data): another node uses it"));
      }
      first.kill();
      first.exitCode(END);
    }
    try (NodeProcess next = start(folder)) {
      next.awaitReady();
    }
  }
}
