/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agents.synthesis.Role;
import dev.starling.agents.synthesis.SynthesisAgent;
import dev.starling.agents.synthesis.Writer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The kinds of agents that this node can start. Immutable. */
final class AgentCatalogue {
  private final SortedMap<String, AgentKind> kinds = new TreeMap<>();

  /** Of two of the same kind the first stays. */
  AgentCatalogue(Collection<AgentKind> all) {
    all.forEach(kind -> kinds.putIfAbsent(kind.kind(), kind));
  }

  /** The kinds that come with the mesh; what they say {@code writer} writes. */
  static List<AgentKind> ownKinds(Writer writer) {
    return Arrays.stream(Role.values())
        .map(role ->
            new AgentKind(role.kind(), "the mesh's own", () -> new SynthesisAgent(role, writer)))
        .toList();
  }

  Optional<AgentKind> kind(String word) {
    return Optional.ofNullable(kinds.get(word));
  }

  /** What kinds there are, in the order of their words. */
  List<String> words() {
    return List.copyOf(kinds.keySet());
  }
}
