/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaderTest {

  @Test
  void itComesBackFromItsBytesAsItWas() {
    for (Leader leader :
        List.of(new Leader("node-é", 17, Long.MAX_VALUE), Leader.NONE, new Leader("", 0, 3))) {
      assertThat(Leader.of(leader.toBytes())).contains(leader);
    }
  }

  @Test
  void bytesOfAnotherMakeNameNobody() {
    for (String text : List.of("", "1 2 3", "2 1 1 a", "1 x 1 a", "1 1 x a", "{}")) {
      assertThat(Leader.of(text.getBytes(StandardCharsets.UTF_8))).as(text).isEmpty();
    }
  }

  @Test
  void theLaterTermCountsAndOfEqualOnesTheGreaterNode() {
    Leader early = new Leader("z", 9, 1);
    Leader late = new Leader("a", 1, 2);
    Leader greater = new Leader("b", 1, 2);
    Leader anew = new Leader("b", 2, 2);
    assertThat(Stream.of(anew, late, greater, early).sorted())
        .containsExactly(early, late, greater, anew);
  }

  @Test
  void eachTakeOverRaisesTheTermAlsoAfterSomebodyResigned() {
    Leader first = new Leader("a", 1, 41);
    assertThat(first.next("b", 2)).isEqualTo(new Leader("b", 2, 42));
    assertThat(first.resigned().isVacant()).isTrue();
    assertThat(first.resigned().next("b", 2)).isEqualTo(new Leader("b", 2, 42));
  }

  @Test
  void whereNobodyKnowsTheTermItIsLaterThanAnyBefore() {
    long now = System.currentTimeMillis() / 1000;
    assertThat(Leader.NONE.next("a", 1).term()).isBetween(now, now + 60);
  }
}
