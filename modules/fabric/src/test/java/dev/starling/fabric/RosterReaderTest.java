/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RosterChange;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Follows a router over the real bus, which the test plays. */
class RosterReaderTest {
  private static final TestCluster CLUSTER = new TestCluster();

  @SuppressWarnings("NullAway.Init")
  private static Mesh mesh;

  private static final Deque<Function<RosterMark, Future<RosterPart>>> ANSWERS = new ArrayDeque<>();
  private static final List<RosterMark> ASKED = new CopyOnWriteArrayList<>();

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final RosterReader reader =
      new RosterReader(
          mesh,
          new RosterReader.Listener() {
            @Override
            public void beginsAnew() {
              heard.add("anew");
            }

            @Override
            public void changed(List<RosterChange> changes) {
              changes.forEach(change -> heard.add(change.agentId()));
            }

            @Override
            public void isWhole() {
              heard.add("whole");
            }
          });

  @BeforeAll
  static void start() {
    mesh = CLUSTER.start("only", "router").mesh();
    await(mesh.bus().serve(Addresses.router(mesh.nodeId()), RosterReaderTest::answer));
    mesh.roleIs("router", State.SERVING);
    eventually("it serves", () -> mesh.view().me().serves("router"));
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @AfterEach
  void forget() {
    reader.stop();
    synchronized (ANSWERS) {
      ANSWERS.clear();
      ASKED.clear();
    }
  }

  private static Future<? extends MeshMessage> answer(RouterMessage message) {
    synchronized (ANSWERS) {
      RosterMark mark = ((RosterQuery) message).after();
      ASKED.add(mark);
      return ANSWERS.isEmpty()
          ? Future.succeededFuture(new RosterPart(mark, false, true, List.of()))
          : ANSWERS.remove().apply(mark);
    }
  }

  private static void answers(RosterPart part) {
    synchronized (ANSWERS) {
      ANSWERS.add(mark -> Future.succeededFuture(part));
    }
  }

  private static RosterChange present(String agentId) {
    return new RosterChange.Present(agentId, AgentLabel.NONE, "somewhere");
  }

  private static RosterMark mark(int sequence, int taken) {
    return new RosterMark(7, sequence, taken);
  }

  /** Looks, and waits until everything was heard that there is. */
  private void look(int answered) {
    mesh.vertx().runOnContext(turn -> reader.look());
    eventually("whole again", () -> heard.stream().filter("whole"::equals).count() == answered);
  }

  @Test
  void everythingIsHeardFirstInPartsAndThenWhatChanged() {
    answers(new RosterPart(mark(4, 2), true, false, List.of(present("a"), present("b"))));
    answers(new RosterPart(mark(4, RosterMark.WHOLE), false, true, List.of(present("c"))));
    look(1);
    assertThat(heard).containsExactly("anew", "a", "b", "c", "whole");
    assertThat(ASKED).containsExactly(RosterMark.START, mark(4, 2));
    answers(
        new RosterPart(
            mark(5, RosterMark.WHOLE), false, true, List.of(new RosterChange.Absent("b"))));
    look(2);
    assertThat(heard).endsWith("b", "whole");
    assertThat(ASKED).endsWith(mark(4, RosterMark.WHOLE));
  }

  @Test
  void afterAFailureItBeginsAnew() {
    answers(new RosterPart(mark(1, RosterMark.WHOLE), true, true, List.of(present("a"))));
    look(1);
    synchronized (ANSWERS) {
      ANSWERS.add(mark -> Future.failedFuture(RefusalException.unavailable("router", "played")));
    }
    mesh.vertx().runOnContext(turn -> reader.look());
    eventually("it was asked", () -> ASKED.size() == 2);
    answers(new RosterPart(mark(2, RosterMark.WHOLE), true, true, List.of(present("b"))));
    eventually(
        "it begins anew",
        () -> {
          mesh.vertx().runOnContext(turn -> reader.look());
          return heard.contains("b");
        });
    assertThat(ASKED).contains(RosterMark.START);
    assertThat(heard.stream().filter("anew"::equals)).hasSize(2);
  }

  @Test
  void whoStoppedHearsNothing() {
    reader.stop();
    mesh.vertx().runOnContext(turn -> reader.look());
    RosterReader other = new RosterReader(mesh, new Silent());
    mesh.vertx().runOnContext(turn -> other.look());
    eventually("the other one asked", () -> !ASKED.isEmpty());
    assertThat(ASKED).hasSize(1);
    assertThat(heard).isEmpty();
    other.stop();
  }

  private static final class Silent implements RosterReader.Listener {
    @Override
    public void beginsAnew() {
      // Nobody listens.
    }

    @Override
    public void changed(List<RosterChange> changes) {
      // Nobody listens.
    }

    @Override
    public void isWhole() {
      // Nobody listens.
    }
  }
}
