/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegistryTest {
  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static Session session;

  private final Registry registry = new Registry();

  @BeforeAll
  static void openSession() {
    gateway = new TestGateway();
    session = gateway.session();
  }

  @AfterAll
  static void close() {
    gateway.close();
  }

  private Held add(String agentId) {
    Held held = TestGateway.held(session, registry.nextKey(), agentId);
    assertThat(registry.add(held)).isEqualTo(new Change.Added(held.registration()));
    return held;
  }

  @Test
  void keysAreNeverUsedTwice() {
    Held first = add("a");
    registry.remove(first);
    assertThat(add("a").key()).isNotEqualTo(first.key());
  }

  @Test
  void removingAnOldRegistrationLeavesItsSuccessor() {
    Held first = add("a");
    Held second = add("a");
    assertThat(registry.remove(first)).isEqualTo(new Change.Removed(first.key()));
    assertThat(registry.byAgent("a")).containsSame(second);
    assertThat(registry.byKey(first.key())).isEmpty();
    assertThat(registry.size()).isEqualTo(1);
  }

  @Test
  void removingTwiceChangesNothing() {
    Held held = add("a");
    registry.remove(held);
    registry.remove(held);
    assertThat(registry.hash()).isZero();
    assertThat(registry.size()).isZero();
  }

  @Test
  void aSupersededRegistrationStillReceivesUntilItIsForgotten() {
    Held held = add("a");
    assertThat(registry.supersede(held, held)).isEqualTo(new Change.Removed(held.key()));
    assertThat(registry.byKey(held.key())).isEmpty();
    assertThat(registry.holds(held)).isFalse();
    assertThat(registry.receiver(held.key())).containsSame(held);
    registry.forget(held);
    assertThat(registry.receiver(held.key())).isEmpty();
    registry.forget(null);
  }

  @Test
  void pagesFollowTheOrderOfTheIds() {
    for (String id : List.of("c", "a", "d", "b")) {
      add(id);
    }
    assertThat(registry.page("", held -> true, 2))
        .extracting(Held::agentId)
        .containsExactly("a", "b");
    assertThat(registry.page("b", held -> true, 10))
        .extracting(Held::agentId)
        .containsExactly("c", "d");
    assertThat(registry.page("bb", held -> true, 1)).extracting(Held::agentId).containsExactly("c");
    assertThat(registry.page("d", held -> true, 1)).isEmpty();
  }

  @Test
  void theDigestAlwaysEqualsTheSumOverWhatIsHeld() {
    Random random = new Random(4);
    Map<Long, Held> truth = new HashMap<>();
    for (int step = 0; step < 10_000; step++) {
      if (truth.isEmpty() || random.nextInt(5) > 1) {
        Held held = add("agent-" + random.nextInt(500));
        truth.put(held.key(), held);
      } else {
        List<Held> all = new ArrayList<>(truth.values());
        Held held = all.get(random.nextInt(Math.min(all.size(), 50)));
        registry.remove(held);
        truth.remove(held.key());
      }
      if (step % 100 == 0) {
        assertThat(registry.size()).isEqualTo(truth.size());
        assertThat(registry.hash())
            .isEqualTo(truth.values().stream().mapToLong(one -> one.registration().digest()).sum());
        assertThat(registry.snapshot())
            .containsExactlyInAnyOrderElementsOf(
                truth.values().stream().<Registration>map(Held::registration).toList());
      }
    }
  }
}
