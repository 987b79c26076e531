/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.TextSpace;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts a fingerprint in place of the text of a client. The node in line for the text is asked, so
 * that it finds the text known where it was asked before, then the next in line; five seconds in
 * all. Of embedders with different spaces only those of the space of the one that started first are
 * asked, whichever gateway asks. Safe from any thread.
 */
final class ProfileTexts {
  private static final String ROLE = "embedder";

  private final MeshBus bus;
  private final Supplier<View> view;

  ProfileTexts(MeshBus bus, Supplier<View> view) {
    this.bus = bus;
    this.view = view;
  }

  /** The same registration by fingerprint. */
  Future<Register> embedded(Register register) {
    String profile = register.profile();
    if (profile == null) {
      return Future.succeededFuture(register);
    }
    return fingerprint("register", profile)
        .map(found ->
            new Register(
                register.id(),
                register.agentId(),
                found,
                register.threshold(),
                null,
                register.meta(),
                register.acceptDerived(),
                register.tasks()));
  }

  /** What a query asks for. */
  Future<Fingerprint> fingerprint(Query query) {
    Fingerprint given = query.fingerprint();
    return given != null
        ? Future.succeededFuture(given)
        : fingerprint("query", String.valueOf(query.profile()));
  }

  /**
   * The fingerprint of a text.
   *
   * @param operation what the client wanted, for the refusal of one that is not answered
   */
  Future<Fingerprint> fingerprint(String operation, String text) {
    List<NodeInfo> line = line(view.get(), text);
    if (line.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable(
              ROLE, "no node of the mesh runs this role; send a fingerprint instead of a profile"));
    }
    return ask(line, 0, System.nanoTime(), text)
        .recover(failure -> Future.failedFuture(Roles.named(operation, ROLE, failure)));
  }

  /** Those to ask, in their order. */
  static List<NodeInfo> line(View view, String text) {
    List<NodeInfo> line = view.inLine(ROLE, text);
    return line.stream()
        .filter(node -> !node.textSpaces().isEmpty())
        .min(Comparator.comparingLong(NodeInfo::startedAt).thenComparing(NodeInfo::id))
        .map(oldest -> line.stream().filter(node -> isIn(node, space(oldest))).toList())
        .orElse(line);
  }

  private static String space(NodeInfo node) {
    return node.textSpaces().getFirst().name();
  }

  private static boolean isIn(NodeInfo node, String space) {
    return node.textSpaces().stream().map(TextSpace::name).anyMatch(space::equals);
  }

  /** Each gets an equal share of the time that is left. */
  private Future<Fingerprint> ask(List<NodeInfo> line, int place, long since, String text) {
    long left = Roles.PATIENCE.toMillis() - (System.nanoTime() - since) / 1_000_000;
    Duration share = Duration.ofMillis(Math.max(1, left / (line.size() - place)));
    return bus.request(Addresses.embedder(line.get(place).id()), new Embed(List.of(text)), share)
        .map(answer -> answer.fingerprints().getFirst())
        .recover(failure ->
            place + 1 < line.size() && isPassing(failure)
                ? ask(line, place + 1, since, text)
                : Future.failedFuture(failure));
  }

  private static boolean isPassing(Throwable failure) {
    return failure instanceof RefusalException refusal
        && (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.TIMEOUT);
  }
}
