/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.TextSpace;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The fingerprints of texts, from whoever embeds them in the mesh. The node in line for the text is
 * asked, so that it finds the text known where it was asked before, then the next in line. Of
 * embedders with different spaces only those of the space of the one that started first are asked,
 * whoever asks. Safe from any thread.
 */
public final class TextFingerprints {
  /** The role that embeds texts. */
  public static final String ROLE = "embedder";

  private final MeshBus bus;
  private final Supplier<View> view;
  private final Duration patience;

  /**
   * Asks over {@code bus}.
   *
   * @param patience for all that are asked for one text together
   */
  public TextFingerprints(MeshBus bus, Supplier<View> view, Duration patience) {
    this.bus = bus;
    this.view = view;
    this.patience = patience;
  }

  /**
   * The fingerprint of a text of 1 to 8192 characters.
   *
   * @return fails with a {@link RefusalException}: UNAVAILABLE where nobody embeds texts
   */
  public Future<Fingerprint> of(String text) {
    List<NodeInfo> line = line(view.get(), text);
    if (line.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable(
              ROLE, "no node of the mesh runs this role; send a fingerprint instead of a profile"));
    }
    return ask(line, 0, System.nanoTime(), text);
  }

  /** Those to ask, in their order. */
  public static List<NodeInfo> line(View view, String text) {
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
    long left = patience.toMillis() - (System.nanoTime() - since) / 1_000_000;
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
