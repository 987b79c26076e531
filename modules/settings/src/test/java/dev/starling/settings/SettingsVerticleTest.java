/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.SharedDocument;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.GatewayMessage.WriteState;
import dev.starling.protocol.mesh.SettingsMessage.Read;
import dev.starling.protocol.mesh.SettingsMessage.ReadAll;
import dev.starling.protocol.mesh.SettingsMessage.Schema;
import dev.starling.protocol.mesh.SettingsMessage.SchemaQuery;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The role on real meshes: of one node, and of two that are both asked. */
class SettingsVerticleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SPRING = "visualisation.physics.springK";

  @TempDir private Path folder;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final List<Mesh> meshes = new ArrayList<>();
  private final AtomicLong asked = new AtomicLong();

  @AfterEach
  void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private Mesh alone(Optional<Path> data) {
    Mesh mesh = LocalMesh.alone(registry, "settings");
    meshes.add(mesh);
    playGateway(mesh, attempt -> Future.succeededFuture(true));
    deploy(mesh, data);
    return mesh;
  }

  private List<Mesh> two() {
    List<Mesh> two = LocalMesh.joined(2, registry, "settings");
    meshes.addAll(two);
    two.forEach(mesh -> playGateway(mesh, attempt -> Future.succeededFuture(true)));
    return two;
  }

  private SettingsVerticle deploy(Mesh mesh, Optional<Path> data) {
    SettingsVerticle verticle =
        new SettingsVerticle(mesh, new SettingsConfig(data, 0.75, 8, 10_000), registry);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    return verticle;
  }

  private Future<Written> ask(Mesh from, Mesh owner, SettingUpdate... updates) {
    return ask(from, owner, "session/" + asked.incrementAndGet(), updates);
  }

  private Future<Written> ask(Mesh from, Mesh owner, String origin, SettingUpdate... updates) {
    Write write = new Write(List.of(updates), origin, from.nodeId(), asked.get());
    return from.bus().request(Addresses.settings(owner.nodeId()), write, PATIENCE);
  }

  /** Plays the gateway that asks: {@code stands} says whether it still waits for an attempt. */
  private static void playGateway(Mesh mesh, LongFunction<Future<Boolean>> stands) {
    playAt(mesh, mesh.nodeId(), stands);
  }

  private static void playAt(Mesh mesh, String gateway, LongFunction<Future<Boolean>> stands) {
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(
                    Addresses.gateway(gateway),
                    message ->
                        message instanceof WriteCheck check
                            ? stands.apply(check.attempt()).map(WriteState::new)
                            : null)
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
  }

  private Written write(Mesh mesh, SettingUpdate... updates) {
    return LocalMesh.await(ask(mesh, mesh, updates));
  }

  private static SettingUpdate update(String path, String value) {
    return new SettingUpdate(path, RawJson.of(value));
  }

  private static SettingValue read(Mesh mesh, String path) {
    return LocalMesh.await(
            mesh.bus().request(Addresses.settings(mesh.nodeId()), new Read(path), PATIENCE))
        .values()
        .getFirst();
  }

  private static List<SettingValue> values(Mesh mesh, String prefix) {
    return LocalMesh.await(
            mesh.bus().request(Addresses.settings(mesh.nodeId()), new ReadAll(prefix), PATIENCE))
        .values();
  }

  @Test
  void aChangeIsInForceWhenItIsAnswered() {
    Mesh mesh = alone(Optional.empty());
    List<SettingChange> heard = new CopyOnWriteArrayList<>();
    mesh.settings().listen(heard::addAll);
    assertThat(read(mesh, SPRING).timestampMillis()).isZero();

    Written written = write(mesh, update(SPRING, "12.50"), update("test.value", "[1, 2]"));

    assertThat(written.version()).isEqualTo(1);
    assertThat(heard).isEqualTo(written.changes()).hasSize(2);
    assertThat(heard).allMatch(change -> change.origin().equals("session/1"));
    assertThat(read(mesh, SPRING).value()).isEqualTo(RawJson.of("12.5"));
    assertThat(read(mesh, SPRING).defaultValue()).isEqualTo(RawJson.of("1296"));
    assertThat(read(mesh, "test.value").value()).isEqualTo(RawJson.of("[1,2]"));
    assertThat(mesh.settings().number(SPRING, 0)).isEqualTo(12.5);
  }

  @Test
  void ofABatchAllTakeEffectOrNone() {
    Mesh mesh = alone(Optional.empty());
    write(mesh, update("test.value", "1"));

    assertThatThrownBy(() -> write(mesh, update("test.value", "2"), update(SPRING, "-1")))
        .rootCause()
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SETTING);
              assertThat(refusal.details()).containsEntry("path", SPRING);
            });

    assertThat(read(mesh, "test.value").value()).isEqualTo(RawJson.of("1"));
    assertThat(mesh.settings().version()).isEqualTo(1);
    assertThat(registry.get("starling.settings.writes").tag("outcome", "refused").counter().count())
        .isEqualTo(1);
  }

  @Test
  void whatIsTakenBackIsTheDefaultAgain() {
    Mesh mesh = alone(Optional.empty());
    write(mesh, update(SPRING, "1"), update("test.value", "1"));

    Written back = write(mesh, update(SPRING, "null"), update("test.value", "null"));

    assertThat(back.changes())
        .extracting(SettingChange::value)
        .containsExactly(RawJson.of("1296"), RawJson.of("null"));
    assertThat(read(mesh, SPRING).value()).isEqualTo(RawJson.of("1296"));
    assertThat(mesh.settings().number(SPRING, 3)).isEqualTo(3);
    assertThatThrownBy(() -> read(mesh, "test.value"))
        .rootCause()
        .hasMessageContaining("no such setting");
  }

  @Test
  void aValueTooDeepToBeReadAgainIsRefusedAndHarmsNothing() {
    Mesh mesh = alone(Optional.empty());
    String deep = "[".repeat(998) + "]".repeat(998);

    assertThatThrownBy(() -> write(mesh, update("test.value", deep)))
        .rootCause()
        .hasMessageContaining("nested at most 64 deep");

    assertThat(write(mesh, update("test.value", "1")).version()).isEqualTo(1);
  }

  @Test
  void aNodeStartsBesideSettingsThatItCannotReadAndServesThemOnceItCan() {
    Mesh mesh = LocalMesh.alone(registry, "settings");
    meshes.add(mesh);
    playGateway(mesh, attempt -> Future.succeededFuture(true));
    byte[] later = "{\"format\":2}".getBytes(StandardCharsets.UTF_8);
    SharedDocument shared = mesh.settings().shared();
    assertThat(LocalMesh.await(shared.replace(Optional.empty(), later))).isTrue();

    deploy(mesh, Optional.empty());
    assertThatThrownBy(() -> write(mesh, update("test.value", "1")))
        .rootCause()
        .hasMessageContaining("cannot be read");
    assertThat(mesh.view().me().serves("settings")).isFalse();

    byte[] readable = SettingsDocument.begin().toBytes();
    assertThat(LocalMesh.await(shared.replace(Optional.of(later), readable))).isTrue();
    eventually("it serves", PATIENCE, () -> mesh.view().me().serves("settings"));
    assertThat(write(mesh, update("test.value", "1")).version()).isEqualTo(1);
  }

  @Test
  void theValuesInForceAndTheSchemaAreListed() {
    Mesh mesh = alone(Optional.empty());
    write(mesh, update("test.value", "true"));

    List<SettingValue> all = values(mesh, "");
    Schema schema =
        LocalMesh.await(
            mesh.bus().request(Addresses.settings(mesh.nodeId()), new SchemaQuery(), PATIENCE));

    assertThat(all)
        .extracting(SettingValue::path)
        .isSorted()
        .contains(SPRING, "test.value", "visualisation.rendering.enable_shadows");
    assertThat(values(mesh, "visualisation."))
        .extracting(SettingValue::path)
        .contains(SPRING)
        .allMatch(path -> path.startsWith("visualisation."));
    assertThat(schema.json().toString())
        .contains(
            "{\"path\":\"router.similarityThreshold\",\"type\":\"number\",\"default\":0.75,"
                + "\"min\":1.0E-6,\"max\":1,\"unit\":\"cosine\",");
  }

  @Test
  void aRestartLosesNothing() {
    Mesh before = alone(Optional.of(folder));
    write(before, update(SPRING, "3"));
    write(before, update("test.value", "4"));
    LocalMesh.await(before.leave());
    meshes.remove(before);

    Mesh after = alone(Optional.of(folder));

    assertThat(after.settings().version()).isEqualTo(2);
    assertThat(read(after, SPRING).value()).isEqualTo(RawJson.of("3"));
    assertThat(write(after, update("test.value", "5")).version()).isEqualTo(3);
  }

  @Test
  void aDiskThatTakesNothingKeepsNobodyFromChangingSettings() throws IOException {
    Path blocked = Files.createDirectory(folder.resolve("data"));
    Mesh mesh = alone(Optional.of(blocked));
    eventually("it is kept", PATIENCE, () -> Files.exists(blocked.resolve(SettingsFile.NAME)));
    Files.delete(blocked.resolve(SettingsFile.NAME));
    Files.delete(blocked);
    Files.writeString(blocked, "a file where the folder was");

    assertThat(write(mesh, update(SPRING, "3")).version()).isEqualTo(1);
    assertThat(registry.get("starling.settings.disk.failures").counter().count()).isPositive();

    Files.delete(blocked);
    eventually(
        "it is tried again", PATIENCE, () -> Files.exists(blocked.resolve(SettingsFile.NAME)));
  }

  @Test
  void twoThatBothTakeThemselvesForTheOwnerLoseNothing() {
    List<Mesh> two = two();
    two.forEach(mesh -> deploy(mesh, Optional.empty()));
    List<Future<Written>> asked = new ArrayList<>();

    for (int i = 0; i < 40; i++) {
      asked.add(ask(two.getFirst(), two.get(i % 2), update("test.value" + i, "" + i)));
    }

    List<Long> versions =
        asked.stream().map(one -> LocalMesh.await(one).version()).sorted().toList();
    assertThat(versions).doesNotHaveDuplicates().hasSize(40);
    for (Mesh mesh : two) {
      eventually(
          "it has all of them", PATIENCE, () -> mesh.settings().document().settings().size() == 40);
    }
  }

  private double batches(String outcome) {
    return registry.get("starling.settings.writes").tag("outcome", outcome).counter().count();
  }

  @Test
  void aChangeThatItsGatewayGaveUpIsNotMadeAnyMore() {
    Mesh mesh = LocalMesh.alone(registry, "settings");
    meshes.add(mesh);
    deploy(mesh, Optional.empty());
    playGateway(mesh, attempt -> Future.succeededFuture(attempt != 1));

    assertThatThrownBy(() -> write(mesh, update("test.value", "1")))
        .rootCause()
        .hasMessageContaining("came too late and was not made");
    assertThat(write(mesh, update("test.value", "2")).version()).isEqualTo(1);
    assertThat(batches("late")).isEqualTo(1);
  }

  @Test
  void aChangeWhoseGatewayWaitedOnlyForAFormerDocumentIsNotMadeOverALaterOne() {
    List<Mesh> two = two();
    two.forEach(mesh -> deploy(mesh, Optional.empty()));
    Mesh stalled = two.getFirst();
    Mesh other = two.getLast();
    Promise<Boolean> held = Promise.promise();
    List<Long> checks = new CopyOnWriteArrayList<>();
    playAt(
        stalled,
        "away",
        attempt -> {
          checks.add(attempt);
          return checks.size() == 1 ? held.future() : Future.succeededFuture(false);
        });

    Future<Written> early =
        stalled
            .bus()
            .request(
                Addresses.settings(stalled.nodeId()),
                new Write(List.of(update("test.value", "1")), "away/1", "away", 1),
                PATIENCE);
    eventually("its gateway is asked", PATIENCE, () -> checks.size() == 1);
    long later = LocalMesh.await(ask(other, other, update("test.value", "2"))).version();
    held.complete(true);

    assertThatThrownBy(() -> LocalMesh.await(early)).rootCause().hasMessageContaining("too late");
    assertThat(checks).hasSize(2);
    assertThat(read(stalled, "test.value").value()).isEqualTo(RawJson.of("2"));
    assertThat(stalled.settings().version()).isEqualTo(later);
  }

  @Test
  void aGatewayThatIsSilentHoldsTheOthersUpOnce() {
    Mesh mesh = alone(Optional.empty());
    playAt(mesh, "silent", attempt -> Promise.<Boolean>promise().future());
    List<Future<Written>> lost = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Write write = new Write(List.of(update("test.value", "1")), "silent/" + i, "silent", i);
      lost.add(mesh.bus().request(Addresses.settings(mesh.nodeId()), write, PATIENCE));
    }

    long since = System.nanoTime();
    assertThat(write(mesh, update("test.value", "2")).version()).isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(4));
    assertThat(lost).allSatisfy(one -> assertThatThrownBy(() -> LocalMesh.await(one)).isNotNull());
    assertThat(batches("late")).isEqualTo(20);
  }

  @Test
  void whatANodeMadeBeforeItLeftIsNotMadeAgainOverALaterChange() {
    List<Mesh> two = two();
    two.forEach(mesh -> deploy(mesh, Optional.empty()));
    Mesh first = two.getFirst();
    Mesh next = two.getLast();
    SettingUpdate one = update("test.value", "1");
    Written made = LocalMesh.await(ask(first, first, "session/x", one));
    eventually("the next knows", PATIENCE, () -> next.settings().version() == made.version());
    LocalMesh.await(ask(next, next, update("test.value", "2")));

    Written again = LocalMesh.await(ask(next, next, "session/x", one));

    assertThat(again.changes()).isEqualTo(made.changes());
    assertThat(read(next, "test.value").value()).isEqualTo(RawJson.of("2"));
  }

  @Test
  void aNodeWithALaterVersionOfTheSameHistoryBringsItIn() {
    Mesh before = alone(Optional.of(folder));
    write(before, update(SPRING, "3"));
    LocalMesh.await(before.leave());
    meshes.remove(before);
    List<Mesh> two = two();
    deploy(two.getFirst(), Optional.empty());
    assertThat(two.getFirst().settings().version()).isZero();

    deploy(two.getLast(), Optional.of(folder));

    eventually(
        "the first has it", PATIENCE, () -> two.getFirst().settings().number(SPRING, 0) == 3);
  }

  @Test
  void aMeshWithAHistoryOfItsOwnKeepsIt() throws IOException {
    Mesh before = alone(Optional.of(folder));
    write(before, update(SPRING, "3"));
    LocalMesh.await(before.leave());
    meshes.remove(before);
    List<Mesh> two = two();
    deploy(two.getFirst(), Optional.empty());
    write(two.getFirst(), update(SPRING, "4"));

    deploy(two.getLast(), Optional.of(folder));

    assertThat(read(two.getLast(), SPRING).value()).isEqualTo(RawJson.of("4"));
    eventually(
        "its own is set aside",
        PATIENCE,
        () -> {
          try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().contains(".other-mesh-"));
          }
        });
  }
}
