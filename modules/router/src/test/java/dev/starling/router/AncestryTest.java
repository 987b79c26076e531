/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AncestryTest {
  @Test
  void anOutcomeIsOneDeeperThanItsDeepestParent() {
    Ancestor shallow = new Ancestor("1", 0, List.of("a"));
    Ancestor deep = new Ancestor("2", 4, List.of("b", "a"));
    Ancestry ancestry = Ancestry.of(0, List.of(shallow, deep));
    assertThat(ancestry.hops()).isEqualTo(5);
    assertThat(ancestry.sources()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aClientMaySayThatItIsDeeperButNotShallower() {
    Ancestor parent = new Ancestor("1", 4, List.of("a"));
    assertThat(Ancestry.of(7, List.of(parent)).hops()).isEqualTo(7);
    assertThat(Ancestry.of(2, List.of(parent)).hops()).isEqualTo(5);
    assertThat(Ancestry.of(3, List.of()).hops()).isEqualTo(3);
  }

  @Test
  void itIsRememberedWithItsOwnSourceFirstAndEachOnce() {
    Ancestry ancestry = Ancestry.of(0, List.of(new Ancestor("1", 0, List.of("a", "b"))));
    Ancestor ancestor = ancestry.asAncestor("2", "b");
    assertThat(ancestor.outcomeId()).isEqualTo("2");
    assertThat(ancestor.hops()).isEqualTo(1);
    assertThat(ancestor.sources()).startsWith("b").containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void theSourcesRememberedAreBoundedAndTheOwnOneIsAmongThem() {
    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "s" + i).toList();
    Ancestry ancestry = Ancestry.of(0, List.of(new Ancestor("1", 0, many)));
    assertThat(ancestry.asAncestor("2", "me").sources()).hasSize(256).startsWith("me");
  }
}
