/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.SettingsMessage;
import dev.starling.protocol.mesh.SettingsMessage.Values;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import dev.starling.testkit.Eventually;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class SettingsLinkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final SettingUpdate UPDATE = new SettingUpdate("a.b", RawJson.of("1"));

  private final List<Mesh> meshes = new ArrayList<>();

  @AfterEach
  void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private Mesh alone(String... roles) {
    Mesh mesh = LocalMesh.alone(new SimpleMeterRegistry(), roles);
    meshes.add(mesh);
    return mesh;
  }

  private static void serve(Mesh mesh, List<Write> heard, boolean answers) {
    serve(mesh, heard, new AtomicBoolean(answers));
  }

  private static void serve(Mesh mesh, List<Write> heard, AtomicBoolean answers) {
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(
                    Addresses.settings(mesh.nodeId()), asked -> play(asked, heard, answers.get()))
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    mesh.roleIs("settings", State.SERVING);
  }

  private static Future<? extends SettingsMessage> play(
      SettingsMessage asked, List<Write> heard, boolean answers) {
    if (!(asked instanceof Write write)) {
      return Future.succeededFuture(new Values(List.of(value())));
    }
    heard.add(write);
    return answers
        ? Future.succeededFuture(
            new Written(1, List.of(new SettingChange("a.b", RawJson.of("1"), 5, write.origin()))))
        : Promise.<Written>promise().future();
  }

  private static SettingValue value() {
    return new SettingValue("a.b", RawJson.of("1"), null, 5);
  }

  private static RefusalException refusal(Future<?> future) {
    return LocalMesh.await(
        future
            .map(done -> new RefusalException(ErrorCode.INTERNAL, "it was answered"))
            .recover(failure -> Future.succeededFuture((RefusalException) failure)));
  }

  @Test
  void whatTheRoleAnswersComesBack() {
    Mesh mesh = alone("gateway", "settings");
    List<Write> heard = new CopyOnWriteArrayList<>();
    serve(mesh, heard, true);
    SettingsLink link = new SettingsLink(mesh);

    List<SettingChange> written = LocalMesh.await(link.write(List.of(UPDATE)));
    assertThat(LocalMesh.await(link.read("a.b"))).isEqualTo(value());
    assertThat(heard).extracting(Write::updates).containsExactly(List.of(UPDATE));
    assertThat(heard).extracting(Write::gateway).containsExactly(mesh.nodeId());
    assertThat(written)
        .containsExactly(new SettingChange("a.b", RawJson.of("1"), 5, heard.getFirst().origin()));
    assertThat(link.isAwaited(heard.getFirst().attempt())).isFalse();
  }

  @Test
  void aMeshWithoutTheRoleIsToldSo() {
    RefusalException refusal = refusal(new SettingsLink(alone("gateway")).readAll(""));

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal.details()).containsEntry("role", "settings");
    assertThat(refusal.text()).isEqualTo("settings: no node of the mesh runs this role");
  }

  @Test
  void aNodeThatDoesNotAnswerIsWaitedForAsLongAsAnOperationMayTake() {
    Mesh mesh = alone("gateway", "settings");
    serve(mesh, new CopyOnWriteArrayList<>(), false);
    long since = System.nanoTime();

    RefusalException refusal = refusal(new SettingsLink(mesh).write(List.of(UPDATE)));

    assertThat(refusal.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(refusal.text()).contains("settings");
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .isBetween(Duration.ofMillis(4_500), PATIENCE);
  }

  private record Pair(Mesh owner, Mesh next, List<Write> unanswered, List<Write> answered) {}

  /** Two nodes, of which the one that owns the settings never answers. */
  private Pair silentOwner() {
    List<Mesh> two = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "settings");
    meshes.addAll(two);
    String owner = two.getFirst().view().inLine("settings", "settings").getFirst().id();
    Mesh first = two.stream().filter(mesh -> mesh.nodeId().equals(owner)).findFirst().orElseThrow();
    Mesh next = two.stream().filter(mesh -> mesh != first).findFirst().orElseThrow();
    List<Write> unanswered = new CopyOnWriteArrayList<>();
    List<Write> answered = new CopyOnWriteArrayList<>();
    serve(first, unanswered, false);
    serve(next, answered, true);
    Eventually.eventually(
        "the owner is the one that does not answer",
        PATIENCE,
        () ->
            next.view().nodes().values().stream().allMatch(node -> node.serves("settings"))
                && next.view().inLine("settings", "settings").getFirst().id().equals(owner));
    return new Pair(first, next, unanswered, answered);
  }

  private void leave(Mesh mesh) {
    meshes.remove(mesh);
    LocalMesh.await(mesh.leave());
  }

  @Test
  void whereTheOwnerLeavesTheNextInLineIsAsked() {
    Pair two = silentOwner();
    SettingsLink link = new SettingsLink(two.next);

    Future<List<SettingChange>> written = link.write(List.of(UPDATE));
    Eventually.eventually("it is asked", PATIENCE, () -> two.unanswered.size() == 1);
    assertThat(link.isAwaited(two.unanswered.getFirst().attempt())).isTrue();
    leave(two.owner);

    assertThat(LocalMesh.await(written)).hasSize(1);
    assertThat(two.answered).hasSize(1);
    assertThat(two.answered.getFirst().origin()).isEqualTo(two.unanswered.getFirst().origin());
    assertThat(link.isAwaited(two.unanswered.getFirst().attempt())).isFalse();
  }

  @Test
  void changesOfOneSessionStayInOrderWhereTheOwnerLeaves() {
    Pair two = silentOwner();
    Vertx vertx = two.next.vertx();
    Loop loop = new Loop(vertx.getOrCreateContext());
    SettingsLane lane = new SettingsLane(new SettingsLink(two.next), loop, event -> {});
    List<Integer> acknowledged = new CopyOnWriteArrayList<>();

    loop.run(() -> {
      for (int i = 0; i < 20; i++) {
        int place = i;
        SettingUpdate update = new SettingUpdate("a.b", RawJson.of(Integer.toString(i)));
        lane.write(List.of(update)).onSuccess(done -> acknowledged.add(place));
      }
    });
    Eventually.eventually("it is asked", PATIENCE, () -> !two.unanswered.isEmpty());
    leave(two.owner);

    Eventually.eventually("all are answered", PATIENCE, () -> acknowledged.size() == 20);
    assertThat(acknowledged).isSorted();
    assertThat(two.unanswered).hasSize(1);
    assertThat(two.answered)
        .extracting(write -> Integer.parseInt(write.updates().getFirst().value().toString()))
        .hasSize(20)
        .isSorted();
    assertThat(two.answered).extracting(Write::origin).doesNotHaveDuplicates();
  }

  @Test
  void whatASessionHearsByAReplyItDoesNotHearAsAnEvent() {
    Mesh mesh = alone("gateway", "settings");
    List<Write> heard = new CopyOnWriteArrayList<>();
    AtomicBoolean answers = new AtomicBoolean(true);
    serve(mesh, heard, answers);
    List<PreparedText> events = new CopyOnWriteArrayList<>();
    Loop loop = new Loop(mesh.vertx().getOrCreateContext());
    SettingsLane lane = new SettingsLane(new SettingsLink(mesh), loop, events::add);
    PreparedText event = new PreparedText(new byte[] {1});

    LocalMesh.await(on(loop, () -> lane.write(List.of(UPDATE))));
    answers.set(false);
    Future<List<SettingChange>> lost = on(loop, () -> lane.write(List.of(UPDATE)));
    Eventually.eventually("it is asked", PATIENCE, () -> heard.size() == 2);

    assertThat(withholds(loop, lane, event, heard.getFirst().origin())).isTrue();
    assertThat(withholds(loop, lane, event, "another/1")).isFalse();
    assertThat(withholds(loop, lane, event, "")).isFalse();
    assertThat(withholds(loop, lane, event, heard.getLast().origin())).isTrue();
    assertThat(events).isEmpty();
    assertThat(refusal(lost).code()).isEqualTo(ErrorCode.TIMEOUT);
    Eventually.eventually("it hears after all", PATIENCE, () -> events.equals(List.of(event)));
    assertThat(withholds(loop, lane, event, heard.getLast().origin())).isFalse();
  }

  private static boolean withholds(
      Loop loop, SettingsLane lane, PreparedText event, String origin) {
    return LocalMesh.await(on(loop, () -> Future.succeededFuture(lane.withholds(event, origin))));
  }

  private static <T> Future<T> on(Loop loop, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.run(() -> work.get().onComplete(done));
    return done.future();
  }

  private static SettingUpdate large() {
    return new SettingUpdate("a.b", RawJson.of("\"" + "x".repeat((1 << 20) - 2) + "\""));
  }

  @Test
  void valuesThatWaitHaveABoundInBytes() {
    Mesh mesh = alone("gateway", "settings");
    serve(mesh, new CopyOnWriteArrayList<>(), false);
    SettingsLink link = new SettingsLink(mesh);

    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      asked.add(link.write(List.of(large())));
    }

    assertThat(asked.getLast().isComplete()).isTrue();
    assertThat(refusal(asked.getLast()).text()).contains("changes wait");
    assertThat(asked.get(30).isComplete()).isFalse();
    assertThat(refusal(asked.getFirst()).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(link.write(List.of(large())).isComplete()).isFalse();
  }

  @Test
  void sessionsThatFillTheirSharesHaveABoundTogether() {
    ChangeBudget budget = new ChangeBudget();
    List<SettingUpdate> change = List.of(large());
    for (int i = 0; i < 63; i++) {
      budget.share(ChangeBudget.MOST_OF_A_SESSION).take(change);
    }

    ChangeBudget.Share late = budget.share(ChangeBudget.MOST_OF_A_SESSION);
    assertThatThrownBy(() -> late.take(change)).hasMessageContaining("too many changes wait");
    assertThat(late.take(List.of(UPDATE))).isPositive();
  }

  @Test
  void aSessionThatFillsItsShareLeavesTheOthersTheirs() {
    Mesh mesh = alone("gateway", "settings");
    List<Write> heard = new CopyOnWriteArrayList<>();
    AtomicBoolean answers = new AtomicBoolean();
    serve(mesh, heard, answers);
    SettingsLink link = new SettingsLink(mesh);
    Loop loop = new Loop(mesh.vertx().getOrCreateContext());
    SettingsLane greedy = new SettingsLane(link, loop, event -> {});
    SettingsLane other = new SettingsLane(link, loop, event -> {});

    List<Future<List<SettingChange>>> asked = new CopyOnWriteArrayList<>();
    loop.run(() -> {
      for (int i = 0; i < 4; i++) {
        asked.add(greedy.write(List.of(large())));
      }
    });
    Eventually.eventually("it is asked", PATIENCE, () -> heard.size() == 1 && asked.size() == 4);
    RefusalException full = refusal(asked.get(3));
    answers.set(true);

    assertThat(full.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(full.text()).contains("too many of your own changes wait");
    assertThat(LocalMesh.await(on(loop, () -> other.write(List.of(UPDATE))))).hasSize(1);
    assertThat(LocalMesh.await(link.write(List.of(UPDATE)))).hasSize(1);
    assertThat(refusal(asked.getFirst()).code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(LocalMesh.await(on(loop, () -> greedy.write(List.of(large()))))).hasSize(1);
  }

  @Test
  void whatWaitedBehindASilentOwnerIsATimeOutThatSaysThatItWasNotMade() {
    Mesh mesh = alone("gateway", "settings");
    List<Write> heard = new CopyOnWriteArrayList<>();
    serve(mesh, heard, false);
    Loop loop = new Loop(mesh.vertx().getOrCreateContext());
    SettingsLane lane = new SettingsLane(new SettingsLink(mesh), loop, event -> {});

    Future<List<SettingChange>> first = on(loop, () -> lane.write(List.of(UPDATE)));
    Future<List<SettingChange>> second = on(loop, () -> lane.write(List.of(UPDATE)));

    assertThat(refusal(first).code()).isEqualTo(ErrorCode.TIMEOUT);
    RefusalException behind =
        (RefusalException) Roles.named("settings", SettingsLink.ROLE, refusal(second));
    assertThat(behind.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(behind.text())
        .isEqualTo("settings: earlier changes took all of its 5 s; it was not made");
    assertThat(behind.details())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("operation", "settings", "role", "settings", "made", false));
    assertThat(heard).hasSize(1);
  }
}
