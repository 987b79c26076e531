/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRolesTest {
  @Test
  void shouldReadAsWords() {
    assertThat(
            NodeRoles.text(
                List.of(
                    new RoleState("gateway", State.STARTING),
                    new RoleState("router", State.SERVING))))
        .isEqualTo("gateway starting, router serving");
    assertThat(NodeRoles.text(List.of())).isEqualTo("no roles");
  }
}
