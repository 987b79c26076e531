/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeSamplerTest {
  private static final long SPACING = 20_000_000;

  private final List<OutcomeSample> passed = new ArrayList<>();
  private final OutcomeSampler sampler = new OutcomeSampler(passed::add, 0);

  private static OutcomeSample sample(String id, long count) {
    return new OutcomeSample(id, "agent", List.of("a"), 3, true, 77, count, 99);
  }

  @Test
  void theFirstPassesAsItIs() {
    sampler.offer(sample("o", 1), 0);
    assertThat(passed).containsExactly(sample("o", 1));
    sampler.tick(SPACING);
    assertThat(passed).hasSize(1);
  }

  @Test
  void theLatestStandsForAllThatCameSinceTheLastOne() {
    sampler.offer(sample("o1", 1), 0);
    sampler.offer(sample("o2", 1), 1);
    sampler.offer(sample("o3", 5), SPACING - 1);
    assertThat(passed).hasSize(1);
    sampler.tick(SPACING);
    assertThat(passed).containsExactly(sample("o1", 1), sample("o3", 6));
  }

  @Test
  void atMostFiftyASecondPassAndNoneIsLeftUncounted() {
    for (int i = 0; i < 30_000; i++) {
      sampler.offer(sample("o" + i, 2), i * 100_000L);
    }
    sampler.tick(4_000_000_000L);
    assertThat(passed).hasSizeBetween(140, 151);
    assertThat(passed.stream().mapToLong(OutcomeSample::count).sum()).isEqualTo(60_000);
    assertThat(passed.getLast().outcomeId()).isEqualTo("o29999");
  }
}
