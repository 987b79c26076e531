/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.EmbedderMessage.Embedded;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.EmbeddingSpace;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The role on a real mesh of one node. */
class EmbeddingVerticleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final EmbedderConfig.Kind LEXICAL = new EmbedderConfig.Lexical(Optional.empty());

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Mesh mesh;

  @BeforeEach
  void join() {
    mesh = LocalMesh.alone(registry, EmbeddingVerticle.ROLE);
  }

  @AfterEach
  void leave() {
    LocalMesh.await(mesh.leave());
  }

  private EmbeddingVerticle deploy(EmbedderConfig.Kind kind, int cache, int backlog) {
    EmbeddingVerticle verticle =
        new EmbeddingVerticle(mesh, new EmbedderConfig(kind, cache, backlog), registry);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    return verticle;
  }

  private EmbedderConfig.Kind served(EmbeddingService service) {
    return new EmbedderConfig.Http(
        URI.create("http://127.0.0.1:" + service.start() + "/v1/embeddings"),
        "m",
        Optional.empty(),
        Duration.ofSeconds(30),
        new EmbeddingSpace("lengths", 2, 0.9));
  }

  private Future<Embedded> ask(String... texts) {
    return mesh.bus()
        .request(Addresses.embedder(mesh.nodeId()), new Embed(List.of(texts)), PATIENCE);
  }

  private List<Fingerprint> embedded(String... texts) {
    return LocalMesh.await(ask(texts)).fingerprints();
  }

  private double count(String name, String tag, String value) {
    return registry.get(name).tag(tag, value).counter().count();
  }

  @Test
  void itNamesItsSpaceAndServes() {
    deploy(LEXICAL, 1 << 20, 10);
    eventually(
        "it serves",
        PATIENCE,
        () ->
            mesh.view().me().roles().contains(new RoleState("embedder", State.SERVING))
                && mesh.view()
                    .me()
                    .textSpaces()
                    .contains(
                        new TextSpace(LexicalEmbedder.SPACE, 256, LexicalEmbedder.THRESHOLD)));
  }

  @Test
  void textsComeBackAsFingerprintsInTheirOrder() {
    deploy(LEXICAL, 1 << 20, 10);
    List<Fingerprint> found = embedded("bakes bread", "sails ships", "bakes bread");
    assertThat(found).hasSize(3).allMatch(one -> one.space().equals(LexicalEmbedder.SPACE));
    assertThat(found.getFirst()).isEqualTo(found.getLast()).isNotEqualTo(found.get(1));
  }

  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of(),
        List.of(""),
        List.of("fine", " \t\n"),
        List.of("x".repeat(8193)),
        IntStream.range(0, 65).mapToObj(Integer::toString).toList());
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsNoTextIsRefusedByItsField(List<String> texts) {
    deploy(LEXICAL, 1 << 20, 100);
    assertThatThrownBy(() -> embedded(texts.toArray(String[]::new)))
        .hasRootCauseInstanceOf(RefusalException.class)
        .rootCause()
        .hasMessageStartingWith("profile: expected ");
  }

  @Test
  void aTextThatWasAskedForBeforeIsNotEmbeddedAgain() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    service.embedsLengths("bad");
    deploy(served(service), 1 << 20, 10);
    assertThat(embedded("one").getFirst()).isEqualTo(embedded("one").getFirst());
    assertThat(service.questions()).hasSize(1);
    assertThat(count("starling.embedder.texts", "outcome", "cached")).isEqualTo(1);
  }

  @Test
  void whatIsKeptIsBoundedByItsBytes() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    service.embedsLengths("bad");
    deploy(served(service), 1000, 10);
    for (int i = 0; i < 20; i++) {
      embedded("text " + i);
    }
    embedded("text 0");
    assertThat(service.questions()).hasSize(21);
  }

  @Test
  void textsThatWaitAreEmbeddedTogether() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    deploy(served(service), 1 << 20, 100);
    Future<Embedded> first = ask("held");
    eventually("the first is under way", PATIENCE, () -> service.questions().size() == 1);
    List<Future<Embedded>> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      others.add(ask("text " + i));
    }
    eventually(
        "ten wait",
        PATIENCE,
        () -> registry.get("starling.embedder.waiting").gauge().value() == 10);
    service.embedsLengths("bad");
    service.answerHeld();
    LocalMesh.await(first);
    LocalMesh.await(Future.all(others));
    assertThat(service.questions()).hasSize(2);
  }

  @Test
  void aTextThatTheServiceRefusesFailsAlone() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    deploy(served(service), 1 << 20, 100);
    Future<Embedded> first = ask("held");
    eventually("the first is under way", PATIENCE, () -> service.questions().size() == 1);
    Future<Embedded> bad = ask("bad one");
    Future<Embedded> good = ask("good one");
    eventually(
        "two wait", PATIENCE, () -> registry.get("starling.embedder.waiting").gauge().value() == 2);
    service.embedsLengths("bad");
    service.answerHeld();
    LocalMesh.await(first);
    assertThat(LocalMesh.await(good).fingerprints()).hasSize(1);
    eventually("the bad one is refused", PATIENCE, bad::failed);
    assertThat(refusal(bad).code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal(bad).details()).containsEntry("field", "profile");
  }

  @Test
  void moreTextsThanMayWaitAreRefusedWithARemedy() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    deploy(served(service), 1 << 20, 1);
    Future<Embedded> first = ask("held");
    eventually("the first is under way", PATIENCE, () -> service.questions().size() == 1);
    Future<Embedded> waits = ask("waits");
    Future<Embedded> excess = ask("one too many");
    eventually("it is refused", PATIENCE, excess::failed);
    assertThat(refusal(excess).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal(excess).text()).contains("raise embedder.max-backlog");
    assertThat(refusal(excess).details()).containsEntry("role", "embedder");
    assertThat(count("starling.embedder.drops", "cause", "full")).isEqualTo(1);
    service.embedsLengths("bad");
    service.answerHeld();
    LocalMesh.await(Future.all(first, waits));
  }

  @Test
  void aServiceThatIsAwayIsUnavailableAndBackWhenItIs() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    service.answers(503);
    deploy(served(service), 1 << 20, 10);
    Future<Embedded> refused = ask("text");
    eventually("it is refused", PATIENCE, refused::failed);
    assertThat(refusal(refused).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal(refused).text()).contains("its node's log says why");
    service.embedsLengths("bad");
    assertThat(embedded("text")).hasSize(1);
  }

  @Test
  void oneThatDrainsAnswersWhoWaitsFirst() {
    EmbeddingService service = new EmbeddingService(mesh.vertx());
    EmbeddingVerticle verticle = deploy(served(service), 1 << 20, 10);
    Future<Embedded> held = ask("held");
    eventually("it is under way", PATIENCE, () -> service.questions().size() == 1);
    Future<Void> drained = verticle.drain();
    service.answerHeld();
    LocalMesh.await(drained);
    assertThat(LocalMesh.await(held).fingerprints()).hasSize(1);
  }

  private static RefusalException refusal(Future<?> failed) {
    return (RefusalException) failed.cause();
  }
}
