/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.NodeInfo.RoleState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The roles of a node in words for the log. Stateless. */
public final class NodeRoles {
  private NodeRoles() {}

  /** The roles and how they are, such as {@code gateway starting, router serving}. */
  public static String text(List<RoleState> roles) {
    return roles.isEmpty()
        ? "no roles"
        : roles.stream()
            .map(role -> role.role() + " " + role.state().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
  }
}
