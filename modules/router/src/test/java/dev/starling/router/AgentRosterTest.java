/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RosterChange;
import dev.starling.protocol.mesh.RosterChange.Absent;
import dev.starling.protocol.mesh.RosterChange.Present;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.vectors.Kernels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRosterTest {
  private static final int PART = AgentRoster.MOST_PER_PART;

  private final AtomicLong nanos = new AtomicLong();
  private final AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 100_000);
  private final AgentRoster roster = new AgentRoster(directory, nanos::get);
  private final Asker asker = new Asker();
  private long claims;

  /** Somebody who keeps the agents as it is told of them. */
  private final class Asker {
    private final Map<String, Present> agents = new TreeMap<>();
    private RosterMark mark = RosterMark.START;
    private int parts;

    boolean ask() {
      return take(roster.since(mark));
    }

    boolean take(RosterPart part) {
      parts++;
      mark = part.mark();
      if (part.reset()) {
        agents.clear();
      }
      for (RosterChange change : part.changes()) {
        switch (change) {
          case Present present -> agents.put(present.agentId(), present);
          case Absent(String agentId) -> agents.remove(agentId);
        }
      }
      return part.last();
    }

    void catchUp() {
      for (int i = 0; !ask(); i++) {
        assertThat(i).as("it comes to an end").isLessThan(1_000);
      }
    }
  }

  @BeforeEach
  void follow() {
    directory.onChanged(roster::changed);
  }

  private Agent join(String id, String gateway) {
    long claim = ++claims;
    Agent agent =
        new Agent(
            new Registration(
                claim,
                new Registration.Claim(claim, gateway),
                id,
                "",
                null,
                0,
                false,
                new AgentLabel("name of " + id, "kind " + claim)),
            gateway,
            1);
    directory.add(agent);
    return agent;
  }

  private void join(int from, int to) {
    for (int i = from; i < to; i++) {
      join("agent-" + i, "g");
    }
  }

  private void leave(String id) {
    directory.remove(directory.holder(id).orElseThrow());
  }

  private Map<String, Present> agents() {
    Map<String, Present> agents = new TreeMap<>();
    for (Agent agent : directory.agents()) {
      agents.put(
          agent.id(), new Present(agent.id(), agent.registration().label(), agent.gateway()));
    }
    return agents;
  }

  private void wait(Duration time) {
    nanos.addAndGet(time.toNanos());
    roster.tick();
  }

  @Test
  void whoKnowsNothingIsToldAllInBoundedPartsAndThenOnlyWhatChanged() {
    join(0, 2 * PART + 1);
    List<Integer> sizes = new ArrayList<>();
    boolean last = false;
    while (!last) {
      RosterPart part = roster.since(asker.mark);
      assertThat(part.reset()).isEqualTo(sizes.isEmpty());
      sizes.add(part.changes().size());
      last = asker.take(part);
    }
    assertThat(sizes).containsExactly(PART, PART, 1);
    assertThat(asker.agents).isEqualTo(agents());

    assertThat(roster.since(asker.mark).changes()).isEmpty();
    join("new", "g");
    leave("agent-3");
    Agent moved = join("agent-4", "other");
    RosterPart part = roster.since(asker.mark);
    assertThat(part.changes())
        .containsExactly(
            agents().get("new"),
            new Absent("agent-3"),
            new Present("agent-4", moved.registration().label(), "other"));
    assertThat(part.last()).isTrue();
    assertThat(part.reset()).isFalse();
  }

  @Test
  void anAnswerThatWasLostIsGivenAgain() {
    join(0, 3);
    asker.catchUp();
    join(3, 5);
    RosterPart lost = roster.since(asker.mark);
    assertThat(roster.since(asker.mark)).isEqualTo(lost);
    leave("agent-4");
    asker.catchUp();
    assertThat(asker.agents).isEqualTo(agents()).hasSize(4);
  }

  @Test
  void manyChangesComeInBoundedParts() {
    asker.catchUp();
    join(0, PART + 10);
    RosterPart first = roster.since(asker.mark);
    assertThat(first.changes()).hasSize(PART);
    assertThat(first.last()).isFalse();
    asker.take(first);
    assertThat(roster.since(asker.mark).changes()).hasSize(10);
  }

  @Test
  void anAgentThatCameAndWentManyTimesIsToldOnce() {
    asker.catchUp();
    for (int i = 0; i < 50; i++) {
      join("restless", "g");
      leave("restless");
    }
    assertThat(roster.since(asker.mark).changes()).containsExactly(new Absent("restless"));
  }

  @Test
  void whoChangesBetweenThePartsOfAWholeIsRightInTheEnd() {
    join(0, 2 * PART);
    asker.ask();
    leave("agent-1");
    join("agent-2", "other");
    join("late", "g");
    leave("agent-" + (2 * PART - 1));
    asker.catchUp();
    assertThat(asker.agents).isEqualTo(agents());
    assertThat(asker.parts).isEqualTo(3);
  }

  @Test
  void nothingIsRememberedWhereNobodyAsksButWhoMissedNothingNeedsNoWhole() {
    join(0, 10);
    assertThat(roster.isRemembering()).isFalse();
    asker.catchUp();
    assertThat(roster.isRemembering()).isTrue();
    wait(Duration.ofSeconds(9));
    assertThat(roster.isRemembering()).isTrue();
    wait(Duration.ofSeconds(2));
    assertThat(roster.isRemembering()).isFalse();

    RosterPart nothing = roster.since(asker.mark);
    assertThat(nothing.reset()).isFalse();
    assertThat(nothing.changes()).isEmpty();

    wait(Duration.ofSeconds(11));
    leave("agent-5");
    assertThat(roster.since(asker.mark).reset()).isTrue();
    asker.catchUp();
    assertThat(asker.agents).isEqualTo(agents());
  }

  @Test
  void whoIsTooFarBehindIsToldAllAnew() {
    join(0, 5);
    asker.catchUp();
    for (int i = 0; i < AgentRoster.MOST_REMEMBERED; i++) {
      join("agent-" + i % 7, "g");
    }
    RosterMark known = asker.mark;
    assertThat(roster.since(known).reset()).as("just within reach").isFalse();
    leave("agent-0");
    assertThat(roster.since(known).reset()).as("one beyond it").isTrue();
    asker.catchUp();
    assertThat(asker.agents).isEqualTo(agents());
  }

  @Test
  void theMarkOfAnotherRouterOrOfNoneIsWorthNothing() {
    join(0, 3);
    asker.catchUp();
    RosterMark mine = asker.mark;
    for (RosterMark other :
        List.of(
            new RosterMark(mine.router() + 1, mine.sequence(), RosterMark.WHOLE),
            new RosterMark(mine.router(), mine.sequence() + 1, RosterMark.WHOLE),
            new RosterMark(mine.router(), mine.sequence(), 1),
            new RosterMark(mine.router(), mine.sequence(), Integer.MIN_VALUE),
            new RosterMark(mine.router(), Long.MIN_VALUE, RosterMark.WHOLE),
            new RosterMark(0, 0, RosterMark.WHOLE))) {
      RosterPart part = roster.since(other);
      assertThat(part.reset()).as("%s", other).isTrue();
      assertThat(part.changes()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void twoAskersWhoseAnswersAreLostNowAndThenEndWithWhatTheRouterKnows(long seed) {
    Random random = new Random(seed);
    Asker other = new Asker();
    for (int step = 0; step < 4_000; step++) {
      String id = "agent-" + random.nextInt(2_500);
      if (random.nextBoolean()) {
        join(id, "g" + random.nextInt(3));
      } else if (directory.holder(id).isPresent()) {
        leave(id);
      }
      Asker one = random.nextBoolean() ? asker : other;
      switch (random.nextInt(40)) {
        case 0, 1 -> one.ask();
        case 2 -> roster.since(one.mark);
        case 3 -> wait(Duration.ofSeconds(random.nextInt(12)));
        default -> {}
      }
    }
    asker.catchUp();
    other.catchUp();
    assertThat(asker.agents).isEqualTo(agents());
    assertThat(other.agents).isEqualTo(agents());
  }
}
