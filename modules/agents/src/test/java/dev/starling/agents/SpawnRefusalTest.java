/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agents.PlayedNode.Scripted;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.testkit.LocalMesh;
import org.junit.jupiter.api.Test;

/** A node that does not start an agent says that there is none, so that another may be asked. */
class SpawnRefusalTest {
  private static RefusalException refusal(PlayedNode node, String kind) {
    return LocalMesh.await(node.refusal(new Spawn(kind, null, null, "")));
  }

  @Test
  void shouldSayThatNoAgentWasMadeWhereItIsFullOrDoesNotKnowTheKind() {
    AgentProfile profile = AgentProfile.of("test").about(1, 0);
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(profile))) {
      RefusalException unknown = refusal(node, "gardener");
      assertThat(unknown.details()).containsEntry("field", "kind");
      assertThat(unknown.isNotMade()).isTrue();
      for (int i = 0; i < 3; i++) {
        node.spawn();
      }
      RefusalException full = refusal(node, "test");
      assertThat(full.text()).contains("full");
      assertThat(full.isNotMade()).isTrue();
    }
  }
}
