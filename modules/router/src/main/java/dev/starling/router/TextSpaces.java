/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.TextSpace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The thresholds that embedders name for their spaces, also of those that have left, since agents
 * keep the fingerprints that they have. Where several name one space the strictest threshold holds,
 * so that all routers agree. Changed on the fabric's event loop, read from any.
 */
final class TextSpaces {
  /** Spaces that are remembered; the one that was named first is forgotten for one too many. */
  static final int MOST = 64;

  private volatile Map<String, Double> thresholds = Map.of();

  /** Takes note of what the embedders in view name. */
  void viewIs(View now) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (NodeInfo node : now.nodes().values()) {
      for (TextSpace space : node.textSpaces()) {
        named.merge(space.name(), space.threshold(), Math::max);
      }
    }
    Map<String, Double> known = new LinkedHashMap<>(thresholds);
    if (!known.entrySet().containsAll(named.entrySet())) {
      named.keySet().forEach(known::remove);
      known.putAll(named);
      while (known.size() > MOST) {
        known.remove(known.keySet().iterator().next());
      }
      thresholds = known;
    }
  }

  /** What an embedder named for a space; null for one that none has named. */
  @Nullable Double thresholdOf(String space) {
    return thresholds.get(space);
  }
}
