/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.TextFingerprints;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.EmbedderMessage;
import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.EmbedderMessage.Embedded;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Texts of clients before two embedders on the real bus, which the test plays. */
class ProfileTextsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Fingerprint FOUND = new Fingerprint("texts", new float[] {1, 0});
  private static final View VIEW = view(embedder("one", 1, "texts"), embedder("two", 2, "texts"));

  private final Mesh mesh = LocalMesh.alone(new SimpleMeterRegistry(), "gateway");
  private final ProfileTexts texts = new ProfileTexts(mesh.bus(), () -> VIEW);

  @AfterEach
  void leave() {
    LocalMesh.await(mesh.leave());
  }

  /** Two embedders, the one first that is asked first for a text. */
  private List<ScriptedRole<EmbedderMessage>> inLine(
      String text, Function<EmbedderMessage, @Nullable Future<? extends MeshMessage>> script) {
    return TextFingerprints.line(VIEW, text).stream()
        .map(node -> ScriptedRole.serve(mesh, "embedder", Addresses.embedder(node.id()), script))
        .toList();
  }

  private static Future<? extends MeshMessage> found(EmbedderMessage asked) {
    return Future.succeededFuture(new Embedded(List.of(FOUND)));
  }

  @Test
  void aProfileBecomesAFingerprintAndAllElseStays() {
    List<ScriptedRole<EmbedderMessage>> roles = inLine("bakes", ProfileTextsTest::found);
    Register asked = new Register(null, "a", null, 0.9, "bakes", null, true, 3);
    Register known = LocalMesh.await(texts.embedded(asked));
    assertThat(known).isEqualTo(new Register(null, "a", FOUND, 0.9, null, null, true, 3));
    assertThat(LocalMesh.await(texts.fingerprint(new Query(null, null, "bakes", 1))))
        .isEqualTo(FOUND);
    assertThat(roles.getFirst().heard()).hasSize(2).containsOnly(new Embed(List.of("bakes")));
    assertThat(roles.getLast().heard()).isEmpty();
  }

  @Test
  void nobodyIsAskedForAFingerprintThatIsGiven() {
    List<ScriptedRole<EmbedderMessage>> roles = inLine("a", ProfileTextsTest::found);
    Register given = new Register(null, "a", Fingerprint.of(1), null, null, null, false, 3);
    assertThat(LocalMesh.await(texts.embedded(given))).isSameAs(given);
    assertThat(LocalMesh.await(texts.fingerprint(new Query(null, FOUND, null, 1)))).isSameAs(FOUND);
    assertThat(roles).allSatisfy(role -> assertThat(role.heard()).isEmpty());
  }

  @Test
  void theNextInLineIsAskedWhereTheFirstCannot() {
    List<ScriptedRole<EmbedderMessage>> roles = inLine("bakes", ProfileTextsTest::found);
    roles
        .getFirst()
        .play(asked -> Future.failedFuture(RefusalException.unavailable("embedder", "full")));
    assertThat(LocalMesh.await(texts.fingerprint("query", "bakes"))).isEqualTo(FOUND);
    assertThat(roles.getFirst().heard()).hasSize(1);
  }

  @Test
  void theNextInLineIsAskedWhereTheFirstIsSilent() {
    List<ScriptedRole<EmbedderMessage>> roles = inLine("bakes", ProfileTextsTest::found);
    roles.getFirst().hold();
    assertThat(LocalMesh.await(texts.fingerprint("query", "bakes"))).isEqualTo(FOUND);
    roles.getFirst().release();
  }

  @Test
  void aRefusalOfTheTextIsFinal() {
    List<ScriptedRole<EmbedderMessage>> roles =
        inLine(
            " ",
            asked ->
                Future.failedFuture(
                    RefusalException.ofField(
                        ErrorCode.INVALID_MESSAGE, "profile", "a text", "blanks")));
    Future<Fingerprint> refused = texts.fingerprint("register", " ");
    eventually("it is refused", PATIENCE, refused::failed);
    assertThat(refused.cause())
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.details()).containsEntry("field", "profile"));
    assertThat(roles.getLast().heard()).isEmpty();
  }

  @Test
  void ofTwoSpacesThatOfTheNodeThatStartedFirstIsAskedFor() {
    NodeInfo old = embedder("old", 1, "first");
    NodeInfo same = embedder("same", 3, "first");
    NodeInfo other = embedder("other", 2, "second");
    View view = new View("old", new TreeMap<>(Map.of("old", old, "same", same, "other", other)));
    for (String text : List.of("a", "b", "c", "d")) {
      assertThat(TextFingerprints.line(view, text)).containsExactlyInAnyOrder(old, same);
    }
  }

  private static View view(NodeInfo... nodes) {
    Map<String, NodeInfo> byId = new TreeMap<>();
    for (NodeInfo node : nodes) {
      byId.put(node.id(), node);
    }
    return new View(nodes[0].id(), new TreeMap<>(byId));
  }

  private static NodeInfo embedder(String id, long startedAt, String space) {
    return new NodeInfo(
        id,
        1,
        id,
        "",
        0,
        0,
        "1",
        startedAt,
        List.of(new RoleState("embedder", State.SERVING)),
        List.of(new TextSpace(space, 2, 0.4)));
  }
}
