/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents in parts, with a simulation that leads. */
@Timeout(60)
class DocumentServiceTest {
  private static final PhysicsConfig CONFIG =
      new PhysicsConfig(100_000, 100_000, 16, 64 << 20, 60, 1, 1, Optional.empty());
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final GraphSelection ALL = new GraphSelection("csv", -1, 0, "", "");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Simulation simulation =
      new Simulation(new GraphStore(100_000), CONFIG, Simulators.stillParameters(), new Nobody());
  private final DocumentService documents =
      new DocumentService(
          context,
          simulation,
          CONFIG,
          change -> Future.fromCompletionStage(change).map(Simulation.Changed::result));

  @BeforeEach
  void lead() {
    simulation.lead(1, null, 1);
  }

  @AfterEach
  void stop() {
    simulation.close();
    vertx.close().await();
  }

  private <T> T await(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(ignored -> work.get().onComplete(done));
    return done.future().await();
  }

  private Uploaded upload(String transfer, int part, boolean isLast, String format, byte[] bytes) {
    return await(() ->
        documents.upload(new Upload(transfer, part, isLast, GraphChange.MERGE, format, bytes)));
  }

  private Downloaded download(String transfer, int part) {
    return await(() -> documents.download(new Download(transfer, part, ALL)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] path(int nodes) {
    StringBuilder csv = new StringBuilder("source,target,weight\r\n");
    for (int i = 1; i < nodes; i++) {
      csv.append("a node with a long name ").append(i - 1).append(',');
      csv.append("a node with a long name ").append(i).append(",2\r\n");
    }
    return utf8(csv.toString());
  }

  @Test
  void aDocumentInPartsBecomesTheGraphAndTheGraphADocumentInParts() {
    byte[] document = path(60_000);
    int size = 1 << 20;
    int parts = (document.length + size - 1) / size;
    for (int part = 0; part < parts; part++) {
      byte[] bytes =
          Arrays.copyOfRange(document, part * size, Math.min(document.length, (part + 1) * size));
      Uploaded answer = upload("in", part, part == parts - 1, "csv", bytes);
      if (part == parts - 1) {
        assertThat(Objects.requireNonNull(answer.result()).toString())
            .startsWith("{\"added\":{\"nodes\":60000,\"edges\":59999},");
      } else {
        assertThat(answer.result()).isNull();
      }
    }
    assertThat(parts).isGreaterThan(2);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    Downloaded told;
    int part = 0;
    do {
      told = download("out", part);
      assertThat(download("out", part)).isSameAs(told);
      assertThat(told.bytes()).hasSizeLessThanOrEqualTo(size);
      whole.writeBytes(told.bytes());
      part++;
    } while (!told.isLast());
    assertThat(whole.toString(StandardCharsets.UTF_8).lines().sorted())
        .isEqualTo(new String(document, StandardCharsets.UTF_8).lines().sorted().toList());
  }

  @Test
  void aFaultEndsTheDocumentWithItsLineAndNothingChanges() {
    upload("in", 0, false, "csv", utf8("a,b\nc,"));
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("in", 1, true, "csv", utf8("d,0\n")))
        .withMessageContaining("line 2: weight: expected")
        .satisfies(refusal -> {
          assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
          assertThat(refusal.details()).containsEntry("line", 2);
        });
    assertThat(simulation.withStore(store -> store.graph().nodes()).join()).isZero();
  }

  @Test
  void whatIsOutOfOrderOrUnknownIsRefused() {
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("unknown", 3, false, "csv", utf8("a,b")))
        .withMessageContaining("begin again");
    upload("in", 0, false, "csv", utf8("a,b\n"));
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("in", 2, false, "csv", utf8("a,b\n")))
        .withMessageContaining("out of order");
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("other", 0, true, "xlsx", utf8("a,b")))
        .withMessageContaining("expected one of json, graphml, gexf, csv, dot, got xlsx");
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> download("out", 1))
        .withMessageContaining("begin again");
  }

  @Test
  void onlySoManyComeAtATime() {
    for (int i = 0; i < DocumentService.MOST; i++) {
      upload("in-" + i, 0, false, "csv", utf8("a,b\n"));
    }
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("one more", 0, true, "csv", utf8("a,b\n")))
        .withMessageContaining("8 documents come in already");
    upload("in-3", 1, true, "csv", utf8("c,d\n"));
    assertThat(simulation.withStore(store -> store.graph().nodes()).join()).isEqualTo(4);
  }

  @Test
  void aDocumentThatNobodySendsAnyMoreMakesRoomAndChangesNothing() {
    for (int i = 0; i < DocumentService.MOST; i++) {
      upload("in-" + i, 0, false, "csv", utf8("a,b\n"));
    }
    abandon("in-3");
    eventually(
        "there is room",
        PATIENCE,
        () -> isTaken(() -> upload("one more", 0, true, "csv", utf8("c,d\n"))));
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("in-3", 1, true, "csv", utf8("e,f\n")))
        .withMessageContaining("begin again");
    assertThat(simulation.withStore(store -> store.graph().nodes()).join()).isEqualTo(2);
  }

  @Test
  void aDocumentThatNobodyReadsAnyMoreMakesRoom() {
    byte[] document = path(40_000);
    upload("in", 0, false, "csv", Arrays.copyOf(document, 1 << 20));
    upload("in", 1, true, "csv", Arrays.copyOfRange(document, 1 << 20, document.length));
    for (int i = 0; i < DocumentService.MOST; i++) {
      assertThat(download("out-" + i, 0).isLast()).isFalse();
    }
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> download("one more", 0))
        .withMessageContaining("8 documents go out already");
    abandon("out-3");
    abandon("nobody knows this one");
    eventually("there is room", PATIENCE, () -> isTaken(() -> download("one more", 0)));
    assertThat(download("out-4", 1).bytes()).isNotEmpty();
  }

  private void abandon(String transfer) {
    await(() -> {
      documents.abandon(transfer);
      return Future.succeededFuture();
    });
  }

  private static boolean isTaken(Runnable part) {
    try {
      part.run();
      return true;
    } catch (RefusalException e) {
      assertThat(e).hasMessageContaining("already; try again");
      return false;
    }
  }

  @Test
  void whoDoesNotLeadRefuses() {
    simulation.follow();
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> upload("in", 0, true, "csv", utf8("a,b\n")))
        .withMessageContaining("another simulator leads");
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> download("out", 0))
        .withMessageContaining("another simulator leads");
  }
}
