/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node joins the cluster whose bus the others cannot reach: wrongly configured, or behind a
 * firewall. It harms itself only.
 */
@EnabledIfSystemProperty(named = "starling.long", matches = "true")
class UnreachableBusFailureTest {
  private static final int HEALTHY = 2;
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration NOTICED = Duration.ofSeconds(10);
  private static final Duration REGISTERED = Duration.ofSeconds(5);
  private static final int AGENTS = 10;

  private static ThreeNodes mesh;

  @BeforeAll
  static void begin() {
    mesh = new ThreeNodes(HEALTHY);
    eventually(
        "both see both", START, () -> mesh.seenBy(0) == HEALTHY && mesh.seenBy(1) == HEALTHY);
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @AfterEach
  void leave() {
    mesh.node(HEALTHY).kill();
    mesh.leaveEmpty();
  }

  @Test
  void shouldRegisterWhereTheOthersHearANodeButDoNotReachIt() {
    // Nothing listens there.
    assertHarmless("--cluster-public-host", "127.0.0.9");
  }

  @Test
  void shouldRegisterWhereTheOthersNeitherHearNorReachANode(@TempDir Path folder) {
    PemFiles pem = PemFiles.selfSigned(folder);
    assertHarmless(
        "--set",
        "cluster.tls-key-file=" + pem.key(),
        "--set",
        "cluster.tls-certificate-file=" + pem.certificate(),
        "--set",
        "cluster.tls-authority-file=" + pem.certificate());
  }

  private static void assertHarmless(String... wrong) {
    NodeProcess unreachable = mesh.start(HEALTHY, wrong);
    eventually("it is a member, and says that it waits", START, () -> saysThatItWaits(unreachable));
    eventually("an agent registers", NOTICED, () -> registers(mesh.connect(0), "first"));
    for (int i = 0; i < AGENTS; i++) {
      assertThat(registers(mesh.connect(i % HEALTHY), "agent-" + i)).as("agent-%d", i).isTrue();
    }
    assertRoutesBetween(0, 1);
    assertRoutesBetween(1, 0);
    for (int place = 0; place < HEALTHY; place++) {
      assertThat(mesh.node(place).get("/health/ready").status()).isEqualTo(200);
    }
  }

  private static boolean saysThatItWaits(NodeProcess node) {
    return node.output().stream().anyMatch(line -> line.contains("not ready"));
  }

  /** Whether an agent is registered, and not refused; either must come soon. */
  private static boolean registers(QisClient client, String agentId) {
    long start = System.nanoTime();
    client.send(new JsonObject().put("type", "register").put("agent_id", agentId));
    JsonObject reply =
        client.next(
            message -> Set.of("registered", "error").contains(message.getString("type")),
            "a reply to " + agentId);
    Measured.note("%s after %d ms".formatted(reply, (System.nanoTime() - start) / 1_000_000));
    assertThat(System.nanoTime() - start).isLessThan(REGISTERED.toNanos());
    return "registered".equals(reply.getString("type"));
  }

  private static void assertRoutesBetween(int from, int to) {
    String name = "receiver-" + to;
    double[] topic = {from, to};
    QisClient receiver = mesh.agent(to, name, topic);
    QisClient emitter = mesh.agent(from, "emitter-" + from);
    assertThat(named(emitter.emit("hello", topic))).isEqualTo(List.of(name));
    assertThat(receiver.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("hello");
  }
}
