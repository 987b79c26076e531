/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.router.AgentDirectory.Outcome;
import dev.starling.vectors.Hits;
import dev.starling.vectors.Kernels;
import dev.starling.vectors.SimilarityIndex;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentDirectoryTest {
  private final AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 3);

  private List<String> matching(float... query) {
    SimilarityIndex<Agent> index = directory.index(Space.of(Fingerprint.of(query)));
    List<String> ids = new ArrayList<>();
    if (index != null) {
      Hits<Agent> hits = new Hits<>();
      index.search(query, 0.75, hits);
      for (int i = 0; i < hits.size(); i++) {
        ids.add(hits.entry(i).gateway() + "/" + hits.entry(i).id());
      }
    }
    return ids;
  }

  @Test
  void theHigherClaimHoldsTheIdWhicheverComesFirst() {
    Agent early = Samples.agent(1, "g1", "a", 1, 0);
    Agent late = Samples.agent(2, "g2", "a", 1, 0);
    assertThat(directory.add(early).outcome()).isEqualTo(Outcome.HOLDS);
    AgentDirectory.Addition taken = directory.add(late);
    assertThat(taken.outcome()).isEqualTo(Outcome.HOLDS);
    assertThat(taken.outdone()).isSameAs(early);
    assertThat(directory.add(early).outcome()).isEqualTo(Outcome.OUTDONE);
    assertThat(directory.holder("a")).containsSame(late);
    assertThat(directory.size()).isEqualTo(1);
    assertThat(matching(1, 0)).containsExactly("g2/a");
  }

  @Test
  void ofEqualClaimsTheGreaterGatewayHolds() {
    directory.add(Samples.agent(7, "g2", "a", 1, 0));
    assertThat(directory.add(Samples.agent(7, "g1", "a", 1, 0)).outcome())
        .isEqualTo(Outcome.OUTDONE);
    assertThat(directory.add(Samples.agent(7, "g3", "a", 1, 0)).outcome()).isEqualTo(Outcome.HOLDS);
    assertThat(matching(1, 0)).containsExactly("g3/a");
  }

  @Test
  void removingWhatWasOutdoneDoesNotTouchTheHolder() {
    Agent early = Samples.agent(1, "g1", "a", 1, 0);
    Agent late = Samples.agent(2, "g2", "a", 1, 0);
    directory.add(early);
    directory.add(late);
    assertThat(directory.remove(early)).isFalse();
    assertThat(matching(1, 0)).containsExactly("g2/a");
    assertThat(directory.remove(late)).isTrue();
    assertThat(matching(1, 0)).isEmpty();
    assertThat(directory.size()).isZero();
  }

  @Test
  void aFullDirectoryTakesNoNewIdButLetsOneBeTakenOver() {
    directory.add(Samples.agent(1, "g1", "a", 1, 0));
    directory.add(Samples.agent(2, "g1", "b"));
    Agent third = Samples.agent(3, "g1", "c", 1, 0);
    directory.add(third);
    Agent fourth = Samples.agent(4, "g1", "d", 1, 0);
    assertThat(directory.add(fourth).outcome()).isEqualTo(Outcome.FULL);
    assertThat(directory.holder("d")).isEmpty();
    assertThat(directory.add(Samples.agent(5, "g2", "c", 1, 0)).outcome()).isEqualTo(Outcome.HOLDS);
    assertThat(matching(1, 0)).containsExactlyInAnyOrder("g1/a", "g2/c");
    directory.remove(directory.holder("c").orElseThrow());
    assertThat(directory.add(fourth).outcome()).isEqualTo(Outcome.HOLDS);
  }

  @Test
  void aSpacesIndexGoesWithItsLastAgent() {
    Agent two = Samples.agent(1, "g1", "a", 1, 0);
    Agent three = Samples.agent(2, "g1", "b", 1, 0, 0);
    directory.add(two);
    directory.add(three);
    assertThat(directory.indexBytes()).isPositive();
    directory.remove(two);
    assertThat(directory.index(new Space("2", 2))).isNull();
    assertThat(directory.index(new Space("3", 3))).isNotNull();
    directory.remove(three);
    assertThat(directory.indexBytes()).isZero();
  }

  @Test
  void aSpacesDimensionIsKnownWhileAnAgentIsInItAndAllAgree() {
    assertThat(directory.dimensionOf("s")).isEmpty();
    Agent two = inSpace(1, "a", 1, 0);
    Agent three = inSpace(2, "b", 1, 0, 0);
    directory.add(two);
    assertThat(directory.dimensionOf("s")).contains(2);
    directory.add(three);
    assertThat(directory.dimensionOf("s")).isEmpty();
    directory.remove(two);
    assertThat(directory.dimensionOf("s")).contains(3);
    directory.remove(three);
    assertThat(directory.dimensionOf("s")).isEmpty();
  }

  private static Agent inSpace(long key, String id, float... values) {
    return new Agent(
        Samples.registration(key, key, "g1", id, new Fingerprint("s", values)), "g1", 1);
  }

  @Test
  void anAgentWithoutAFingerprintCountsAndMatchesNothing() {
    Agent bare = Samples.agent(1, "g1", "a");
    directory.add(bare);
    assertThat(directory.size()).isEqualTo(1);
    assertThat(bare.row()).isNull();
    assertThat(directory.remove(bare)).isTrue();
  }
}
