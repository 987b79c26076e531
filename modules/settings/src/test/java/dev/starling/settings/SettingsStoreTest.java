/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import dev.starling.settings.SettingsStore.Taken;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps from one document to the next, on a real mesh of one node. */
class SettingsStoreTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Mesh mesh = LocalMesh.alone(registry, "settings");
  private final Context loop = mesh.vertx().getOrCreateContext();
  private final SettingsStore store =
      new SettingsStore(loop, mesh.settings(), new SettingsMetrics(registry, () -> 0L, () -> 0));

  @BeforeEach
  void begin() {
    onLoop(() -> store.bringIn(Optional.empty()));
  }

  @AfterEach
  void leave() {
    LocalMesh.await(mesh.leave());
  }

  private <T> T onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> work.get().onComplete(done));
    return LocalMesh.await(done.future());
  }

  private Taken set(String path) {
    StoredSetting setting = new StoredSetting(path, RawJson.of("1"), 1, false);
    return onLoop(
        () -> store.change(before -> before.with(List.of(setting)), Future::succeededFuture));
  }

  @Test
  void aStepIsTakenOnNoEventLoopAndAnsweredOnItsOwn() {
    List<Boolean> steps = new CopyOnWriteArrayList<>();
    List<Boolean> answers = new CopyOnWriteArrayList<>();

    onLoop(() ->
        store
            .change(
                before -> {
                  steps.add(Context.isOnEventLoopThread());
                  return before.with(List.of());
                },
                () -> {
                  answers.add(Context.isOnEventLoopThread());
                  return Future.succeededFuture();
                })
            .onSuccess(taken -> answers.add(Context.isOnEventLoopThread())));

    assertThat(steps).containsExactly(false);
    assertThat(answers).containsExactly(true, true);
  }

  @Test
  void whatThisNodeWroteLastIsNotParsedAgain() {
    Taken first = set("a.b");
    Taken second = set("a.c");

    assertThat(second.before()).isSameAs(first.now());
    assertThat(second.now().settings()).containsOnlyKeys("a.b", "a.c");
  }

  @Test
  void whatAnotherNodeWroteIsReadAgain() {
    Taken first = set("a.b");
    SettingsDocument others =
        first.now().with(List.of(new StoredSetting("b.c", RawJson.of("2"), 2, false)));
    assertThat(
            LocalMesh.await(
                mesh.settings()
                    .shared()
                    .replace(Optional.of(first.now().toBytes()), others.toBytes())))
        .isTrue();

    assertThat(set("a.c").now().settings()).containsOnlyKeys("a.b", "b.c", "a.c");
  }
}
