/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.util.List;

/**
 * What a node says of itself from the start.
 *
 * @param name for people; empty for one made of its id
 * @param version of the build
 * @param roles that will run there
 */
public record NodeIdentity(String name, String version, List<String> roles) {
  public NodeIdentity {
    roles = List.copyOf(roles);
  }
}
