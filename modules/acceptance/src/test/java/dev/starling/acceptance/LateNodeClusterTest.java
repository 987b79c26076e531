/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A node that starts late has the whole index before it reports ready. */
class LateNodeClusterTest {
  private static final int AGENTS = 2_000;
  private static final int TOPICS = 20;
  private static final int LATE = 2;

  private static double[] topic(int agent) {
    return IntStream.range(0, TOPICS).mapToDouble(i -> i == agent % TOPICS ? 1 : 0).toArray();
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldNameEveryMatchInItsFirstAcks() throws Exception {
    try (ThreeNodes mesh = new ThreeNodes(LATE)) {
      long began = System.nanoTime();
      List<Integer> ports = List.of(mesh.node(0).agentPort(), mesh.node(1).agentPort());
      try (Crowd crowd =
          new Crowd(
              mesh.vertx(), ports, AGENTS, "agent-%04d"::formatted, LateNodeClusterTest::topic)) {
        Measured.note(crowd.size() + " agents registered in " + millisSince(began) + " ms");
        QisClient restless = mesh.connect(0);
        AtomicInteger last = new AtomicInteger();
        long starting = System.nanoTime();
        NodeProcess late = mesh.start(LATE);
        Thread churn = Thread.ofVirtual().start(() -> register(restless, last, late));
        late.awaitReady();
        Measured.note("the late node is ready after " + millisSince(starting) + " ms");
        assertThat(late.get("/health/ready").status()).isEqualTo(200);
        QisClient emitter = mesh.agent(LATE, "late emitter");
        for (int topic = 0; topic < TOPICS; topic++) {
          assertThat(known(named(emitter.emit("first", topic(topic)))))
              .as("topic %d", topic)
              .isEqualTo(members(topic));
        }
        churn.join();
        assertThat(named(emitter.emit("newest", topic(0)))).contains("restless-" + last.get());
        Measured.note(last.get() + " registrations meanwhile");
        assertThat(mesh.agentsListedBy(LATE)).hasSize(AGENTS + 2);
      }
    }
  }

  /** Registers under another id again and again while the late node starts. */
  private static void register(QisClient restless, AtomicInteger last, NodeProcess late) {
    boolean ready = false;
    while (!ready) {
      ready = late.output().stream().anyMatch(line -> line.startsWith("starling ready"));
      restless.register("restless-" + last.incrementAndGet(), topic(0));
    }
  }

  private static List<String> known(List<String> named) {
    return named.stream().filter(id -> id.startsWith("agent-")).sorted().toList();
  }

  private static List<String> members(int topic) {
    List<String> members = new ArrayList<>();
    for (int i = topic; i < AGENTS; i += TOPICS) {
      members.add("agent-%04d".formatted(i));
    }
    return members;
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
