/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where outcomes came from, so that loops end: each router remembers what it routed, up to a
 * bounded number, and asks the others that serve for what it does not know. Router's event loop
 * only.
 */
final class Lineages {
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final int ENTRY_BYTES = 200;
  private static final int NAME_BYTES = 56;

  private final Mesh mesh;
  private final Peers peers;
  private final Cache<String, Ancestor> remembered;

  /**
   * Lineages as this router and others know them.
   *
   * @param most outcomes remembered at a time; those that derive from many count for several
   * @param forgotten told of each outcome forgotten, for want of room
   */
  Lineages(Mesh mesh, Peers peers, int most, Runnable forgotten) {
    this.mesh = mesh;
    this.peers = peers;
    this.remembered =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .weigher((String id, Ancestor ancestor) -> weight(ancestor))
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable String id, @Nullable Ancestor ancestor, RemovalCause cause) ->
                    forgotten.run())
            .build();
  }

  /** Its size in the units of the bound, of which an outcome without parents takes about one. */
  private static int weight(Ancestor ancestor) {
    int bytes = ancestor.outcomeId().length();
    for (String source : ancestor.sources()) {
      bytes += NAME_BYTES + source.length();
    }
    return 1 + bytes / ENTRY_BYTES;
  }

  /** Remembers an outcome; a later one under the same id does not replace it. */
  void remember(Ancestor ancestor) {
    remembered.asMap().putIfAbsent(ancestor.outcomeId(), ancestor);
  }

  /** Those of the outcomes that this router remembers. */
  Lineage recall(LineageQuery query) {
    return new Lineage(List.copyOf(remembered.getAllPresent(query.outcomeIds()).values()));
  }

  /** What an outcome derives from, as far as any router that answers remembers. */
  Future<Ancestry> of(Deposit deposit) {
    if (deposit.derivedFrom().isEmpty()) {
      return Future.succeededFuture(
          deposit.hops() == 0 ? Ancestry.NONE : Ancestry.of(deposit.hops(), List.of()));
    }
    Map<String, Ancestor> known = new HashMap<>(remembered.getAllPresent(deposit.derivedFrom()));
    List<String> unknown =
        deposit.derivedFrom().stream().filter(id -> !known.containsKey(id)).distinct().toList();
    if (unknown.isEmpty()) {
      return Future.succeededFuture(Ancestry.of(deposit.hops(), known.values()));
    }
    return Future.join(askOthers(new LineageQuery(unknown), known))
        .otherwiseEmpty()
        .map(answered -> Ancestry.of(deposit.hops(), known.values()));
  }

  private List<Future<Lineage>> askOthers(LineageQuery query, Map<String, Ancestor> known) {
    List<Future<Lineage>> answers = new ArrayList<>();
    for (NodeInfo router : mesh.view().running("router")) {
      boolean isOther = !router.id().equals(mesh.nodeId());
      if (isOther && router.serves("router") && peers.answers(router.id())) {
        answers.add(
            peers
                .ask(router.id(), query, PATIENCE)
                .onSuccess(lineage ->
                    lineage.ancestors().forEach(one -> known.put(one.outcomeId(), one))));
      }
    }
    return answers;
  }
}
