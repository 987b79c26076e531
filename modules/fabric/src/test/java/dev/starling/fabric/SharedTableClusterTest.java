/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table of tasks on a node that is alone, and on two nodes of a real cluster. */
class SharedTableClusterTest {
  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Optional<String> read(SharedTable table, String key) {
    return await(table.entry(key).read()).map(found -> new String(found, UTF_8));
  }

  @Test
  void ofANodeThatIsAloneEntriesChangeOnlyInPlaceOfWhatIsExpected() {
    SharedTable table = new LocalTable();
    assertChangesOnlyInPlaceOfWhatIsExpected(table, table);
  }

  @Test
  void entriesOfAClusterAreTheSameOnEveryNodeAndOutliveOne() {
    try (TestCluster cluster = new TestCluster()) {
      TestCluster.Node first = cluster.start("first");
      TestCluster.Node second = cluster.start("second");
      eventually("they meet", () -> first.mesh().view().nodes().size() == 2);
      SharedTable here = first.mesh().tasks();
      SharedTable there = second.mesh().tasks();
      assertChangesOnlyInPlaceOfWhatIsExpected(here, there);

      List<String> keys = IntStream.range(0, 50).mapToObj(i -> "kept-" + i).toList();
      keys.forEach(key -> await(here.entry(key).replace(Optional.empty(), bytes(key))));
      cluster.stop(first);
      assertThat(await(there.all())).containsOnlyKeys(keys);
      keys.forEach(key -> assertThat(read(there, key)).contains(key));
    }
  }

  private static void assertChangesOnlyInPlaceOfWhatIsExpected(SharedTable one, SharedTable other) {
    assertThat(read(one, "a")).isEmpty();
    assertThat(await(one.entry("a").replace(Optional.empty(), bytes("1")))).isTrue();
    assertThat(await(other.entry("a").replace(Optional.empty(), bytes("2")))).isFalse();
    assertThat(await(other.entry("a").replace(Optional.of(bytes("x")), bytes("2")))).isFalse();
    assertThat(await(other.entry("b").replace(Optional.of(bytes("x")), bytes("2")))).isFalse();
    assertThat(read(other, "a")).contains("1");
    assertThat(await(other.entry("a").replace(Optional.of(bytes("1")), bytes("2")))).isTrue();
    assertThat(read(one, "a")).contains("2");
    assertThat(await(one.remove("a", bytes("1")))).isFalse();
    assertThat(await(one.all())).containsOnlyKeys("a");
    assertThat(await(one.remove("a", bytes("2")))).isTrue();
    assertThat(await(other.all())).isEmpty();
  }
}
