/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes of a real cluster on loopback, and a third that comes later. */
class SharedSettingsClusterTest {
  private static final TestCluster CLUSTER = new TestCluster();

  @SuppressWarnings("NullAway.Init")
  private static Mesh a;

  @SuppressWarnings("NullAway.Init")
  private static Mesh b;

  @BeforeAll
  static void startTwo() {
    a = CLUSTER.start("a").mesh();
    b = CLUSTER.start("b").mesh();
    eventually("they meet", () -> a.view().nodes().size() == 2 && b.view().nodes().size() == 2);
  }

  @AfterAll
  static void stopAll() {
    CLUSTER.close();
  }

  private static StoredSetting set(String path, int value) {
    return new StoredSetting(path, RawJson.of(Integer.toString(value)), value, false);
  }

  private static SettingsDocument shared(Mesh mesh) {
    Optional<byte[]> bytes = await(mesh.settings().shared().read());
    try {
      return bytes.isPresent() ? SettingsDocument.of(bytes.get()) : SettingsDocument.begin();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Puts changes into the shared document; the document with them. */
  private static SettingsDocument put(Mesh mesh, StoredSetting... changes) {
    Optional<byte[]> before = await(mesh.settings().shared().read());
    SettingsDocument next = shared(mesh).with(List.of(changes));
    assertThat(await(mesh.settings().shared().replace(before, next.toBytes()))).isTrue();
    return next;
  }

  @Test
  void onlyWhoKnowsWhatIsThereReplacesIt() {
    SettingsDocument first = put(a, set("cas.one", 1));
    SettingsDocument second = put(b, set("cas.one", 2));

    assertThat(await(a.settings().shared().replace(Optional.of(first.toBytes()), new byte[1])))
        .isFalse();
    assertThat(await(a.settings().shared().replace(Optional.empty(), new byte[1]))).isFalse();
    assertThat(shared(a)).isEqualTo(second);
  }

  @Test
  void everyNodeHearsAChangeOnceInOrderAndFromWhom() {
    List<SettingChange> heard = new CopyOnWriteArrayList<>();
    SettingsDocument base = put(a, set("told.base", 1));
    await(a.settings().tell(base, List.of(set("told.base", 1)), ""));
    eventually("b has it", () -> b.settings().version() == base.version());
    b.settings()
        .listen(changes ->
            changes.stream().filter(c -> c.path().startsWith("told.")).forEach(heard::add));

    for (int i = 2; i < 12; i++) {
      SettingsDocument next = put(a, set("told.value", i));
      await(a.settings().tell(next, List.of(set("told.value", i)), "session-" + i));
      assertThat(a.settings().number("told.value", 0)).isEqualTo(i);
    }

    eventually("b heard of all", () -> heard.size() >= 10);
    assertThat(b.settings().number("told.value", 0)).isEqualTo(11);
    assertThat(heard).extracting(SettingChange::value).doesNotHaveDuplicates().hasSize(10);
    assertThat(heard.getLast())
        .isEqualTo(new SettingChange("told.value", RawJson.of("11"), 11, "session-11"));
  }

  @Test
  void aChangeThatNobodyToldOfIsFoundByComparing() {
    List<SettingChange> heard = new CopyOnWriteArrayList<>();
    b.settings()
        .listen(changes ->
            changes.stream().filter(c -> c.path().startsWith("lost.")).forEach(heard::add));

    SettingsDocument next = put(a, set("lost.value", 3));

    eventually("b hears of it", () -> !heard.isEmpty());
    assertThat(b.settings().version()).isGreaterThanOrEqualTo(next.version());
    assertThat(b.settings().value("lost.value")).contains(RawJson.of("3"));
    assertThat(heard).containsExactly(new SettingChange("lost.value", RawJson.of("3"), 3, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void afterASplitTheSideThatLostHasWhatTheOtherKept(int changes) {
    SettingsDocument base = put(a, set("split.value", 1));
    SettingsDocument kept = base.with(List.of(set("split.value", 1_000)));
    SettingsDocument lost = base;
    for (int i = 0; i < changes; i++) {
      StoredSetting change = set("split.value", 100 + i);
      lost = put(a, change);
      await(a.settings().tell(lost, List.of(change), ""));
    }
    long known = lost.version();
    eventually("b has it", () -> b.settings().version() == known);

    byte[] merged = kept.merge(lost).toBytes();
    assertThat(await(a.settings().shared().replace(Optional.of(lost.toBytes()), merged))).isTrue();

    for (Mesh mesh : List.of(a, b)) {
      eventually("it has the other's", () -> mesh.settings().number("split.value", 0) == 1_000);
      assertThat(mesh.settings().document()).isEqualTo(shared(mesh));
    }
  }

  @Test
  void theWordOfALaterChangeFillsTheGapBeforeIt() {
    List<SettingChange> heard = new CopyOnWriteArrayList<>();
    b.settings()
        .listen(changes ->
            changes.stream().filter(c -> c.path().startsWith("gap.")).forEach(heard::add));
    put(a, set("gap.one", 1));
    SettingsDocument later = put(a, set("gap.two", 2));

    a.bus()
        .send(
            Addresses.fabric(b.nodeId()),
            new SettingsChanged(later.lineage(), later.version(), List.of(set("gap.two", 2)), "s"));

    eventually("b heard of both", () -> heard.size() >= 2);
    assertThat(b.settings().number("gap.one", 0)).isEqualTo(1);
    assertThat(b.settings().number("gap.two", 0)).isEqualTo(2);
    assertThat(heard)
        .containsExactly(
            new SettingChange("gap.one", RawJson.of("1"), 1, ""),
            new SettingChange("gap.two", RawJson.of("2"), 2, "s"));
  }

  @Test
  void whoTellsOfAChangeBehindAGapSaysWhoseItWas() {
    List<SettingChange> heard = new CopyOnWriteArrayList<>();
    a.settings()
        .listen(changes ->
            changes.stream().filter(c -> c.path().startsWith("own.")).forEach(heard::add));
    put(b, set("own.other", 1));
    SettingsDocument own = put(a, set("own.mine", 2));

    await(a.settings().tell(own, List.of(set("own.mine", 2)), "session"));

    assertThat(heard)
        .containsExactly(
            new SettingChange("own.mine", RawJson.of("2"), 2, "session"),
            new SettingChange("own.other", RawJson.of("1"), 1, ""));
  }

  @Test
  void aNodeThatComesHasThemFromTheStartAndTheyOutliveWhoPutThem() {
    SettingsDocument known = put(a, set("late.value", 7));
    TestCluster.Node c = CLUSTER.start("c");
    try {
      assertThat(c.mesh().settings().version()).isGreaterThanOrEqualTo(known.version());
      assertThat(c.mesh().settings().number("late.value", 0)).isEqualTo(7);
      assertThat(c.mesh().settings().isMissing()).isFalse();
      SettingsDocument last = put(c.mesh(), set("late.value", 8));
      CLUSTER.stop(c);
      assertThat(shared(a)).isEqualTo(last);
    } finally {
      eventually("c is gone", () -> a.view().nodes().size() == 2);
    }
  }
}
