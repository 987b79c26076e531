/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

  private static Write serve(Mesh mesh, List<Write> heard, boolean answers) {
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(Addresses.settings(mesh.nodeId()), asked -> play(asked, heard, answers))
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    mesh.roleIs("settings", State.SERVING);
    return new Write(List.of(UPDATE), "session-1");
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
    Write expected = serve(mesh, heard, true);
    SettingsLink link = new SettingsLink(mesh);

    assertThat(LocalMesh.await(link.write(List.of(UPDATE), "session-1")))
        .containsExactly(new SettingChange("a.b", RawJson.of("1"), 5, "session-1"));
    assertThat(LocalMesh.await(link.read("a.b"))).isEqualTo(value());
    assertThat(heard).containsExactly(expected);
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

    RefusalException refusal = refusal(new SettingsLink(mesh).write(List.of(UPDATE), ""));

    assertThat(refusal.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(refusal.text()).contains("settings");
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .isBetween(Duration.ofMillis(4_500), PATIENCE);
  }

  @Test
  void whereTheOwnerLeavesTheNextInLineIsAsked() {
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

    Future<List<SettingChange>> written = new SettingsLink(next).write(List.of(UPDATE), "s");
    Eventually.eventually("it is asked", PATIENCE, () -> unanswered.size() == 1);
    meshes.remove(first);
    LocalMesh.await(first.leave());

    assertThat(LocalMesh.await(written)).hasSize(1);
    assertThat(answered).hasSize(1);
  }
}
