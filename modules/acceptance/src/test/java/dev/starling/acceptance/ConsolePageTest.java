/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page at {@code /} as a person uses it, in Chromium, on two nodes of a mesh. */
class ConsolePageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EMIT_EVERY_MILLIS = 150;
  private static final int OUTCOMES_BEFORE_THE_PICTURE = 180;

  private static Vertx vertx;
  private static List<NodeProcess> mesh;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    chromium = Chromium.start();
    List<Integer> ports = FreePorts.some(2);
    mesh =
        List.of(
            NodeProcess.member(ports.get(0), ports, "--set", "node.name=oslo"),
            NodeProcess.member(ports.get(1), ports, "--set", "node.name=lisbon"));
    mesh.forEach(NodeProcess::awaitReady);
  }

  @AfterAll
  static void stop() {
    chromium.close();
    mesh.forEach(NodeProcess::close);
    vertx.close().await();
  }

  @BeforeEach
  void awaitAnEmptyMesh() {
    eventually(
        "nobody is there",
        PATIENCE,
        () -> totals().getLong("agents") == 0 && totals().getLong("pairsActivated") == 0);
  }

  @AfterEach
  void shouldHaveNothingToComplainAbout() {
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test
  void shouldCarryAnOutcomeFromOneTabToAnotherOnAnotherNode() {
    JsonObject before = totals();
    try (Tab nimbus = new Tab(0);
        Tab cirrus = new Tab(1);
        QisClient stranger = QisClient.connect(vertx, mesh.get(1).agentPort(), "/")) {
      nimbus.join("Nimbus", "Weather in Berlin: rain, wind and storm forecasts");
      cirrus.join("Cirrus", "Rain and storm radar for Berlin, wind forecasts");
      stranger.register("stranger", nimbus.fingerprintOf("Lithium battery ageing"));

      nimbus.emit("Heavy rain over Tempelhof from 14:00");

      Chromium.Window there = cirrus.window;
      there.await("the row", newest("outcome-row"));
      JsonObject row = there.object("{..." + newest("outcome-row") + ".dataset}");
      assertThat(row.getString("source")).startsWith("nimbus-");
      assertThat(Double.parseDouble(row.getString("similarity"))).isBetween(0.75, 0.9999);
      assertThat(Integer.parseInt(row.getString("latencyMs"))).isBetween(0, 5_000);
      assertThat(there.text(newest("outcome-row") + ".innerText"))
          .contains("Heavy rain over Tempelhof from 14:00", "similarity", "0.85", " ms");

      Chromium.Window here = nimbus.window;
      here.await("its ack", newest("emit-row") + ".dataset.outcomeId");
      assertThat(here.text(newest("emit-row") + ".innerText")).contains("Reached cirrus-");
      assertThat(here.text("document.querySelectorAll('[data-testid=outcome-row]').length"))
          .isEqualTo("0");
      for (Tab tab : List.of(nimbus, cirrus)) {
        tab.awaitCounter("agents", 3);
        tab.awaitCounter("outcomes", before.getLong("outcomes") + 1);
        tab.awaitCounter("deliveries", before.getLong("deliveries") + 1);
        tab.awaitCounter("pairs", 1);
        tab.window.await(
            "3 agents make 3 pairs",
            "document.querySelector('[data-testid=counter-pairs]').dataset.possible === '3'");
      }
    }
  }

  @Test
  void shouldSayWhatToDoWhenAnOutcomeReachesNobody() {
    try (Tab car = new Tab(0);
        QisClient other = QisClient.connect(vertx, mesh.get(1).agentPort(), "/")) {
      other.register("synonym", car.fingerprintOf("Automobile maintenance"));
      car.join("Benz", "Repairing a car");
      assertThat(car.window.text("document.querySelector('#empty-text').innerText"))
          .contains("most of the same key words", "not what they mean");

      car.emit("The gearbox wants oil");

      car.window.await("its ack", newest("emit-row") + ".dataset.outcomeId");
      assertThat(car.window.text(newest("emit-row") + ".innerText"))
          .contains("Reached nobody", "key words");
    }
  }

  @Test
  void shouldWorkOnATelephone() {
    try (Tab tab = new Tab(0);
        QisClient other = QisClient.connect(vertx, mesh.get(1).agentPort(), "/")) {
      tab.window.resize(390, 844, true);
      assertFits(tab.window);
      tab.join("Volta", "Lithium battery chemistry: anode, cathode and electrolyte ageing");
      other.register(
          "galvani",
          tab.fingerprintOf("Lithium battery ageing: electrolyte and anode and cathode chemistry"));
      assertFits(tab.window);

      tab.emit("Silicon anodes lose capacity at " + "45 °C ".repeat(40));
      JsonObject packet = other.next("incoming_outcome").getJsonObject("packet");
      assertThat(packet.getString("payload")).startsWith("Silicon anodes");
      other.send(
          outcome(
              "a".repeat(400) + " " + "Cathodes crack. ".repeat(20),
              packet.getJsonArray("fingerprint")));
      tab.window.await("the row", newest("outcome-row"));
      assertFits(tab.window);
      tab.window.screenshot(Path.of("target", "console-390.png"));
    }
  }

  @Test
  void shouldShowLiveTraffic() {
    List<QisClient> agents = new ArrayList<>();
    ScheduledExecutorService emitters = Executors.newSingleThreadScheduledExecutor();
    try (Tab tab = new Tab(0)) {
      tab.window.resize(1280, 800, false);
      for (ConsoleTraffic.Voice voice : ConsoleTraffic.ALL) {
        QisClient agent = QisClient.connect(vertx, mesh.get(agents.size() % 2).agentPort(), "/");
        agents.add(agent);
        agent.register(voice.id(), tab.fingerprintOf(voice.about()));
      }
      for (int n = 0; n < OUTCOMES_BEFORE_THE_PICTURE; n++) {
        agents.get(n % agents.size()).send(outcome(ConsoleTraffic.line(n), null));
      }
      agents.forEach(QisClient::settle);
      tab.join("Nimbus", "Weather in Berlin: rain, wind and storm forecasts");
      AtomicInteger turn = new AtomicInteger();
      Runnable emit =
          () -> {
            int n = turn.getAndIncrement();
            agents.get(n % agents.size()).send(outcome(ConsoleTraffic.line(n), null));
          };
      var emitting =
          emitters.scheduleWithFixedDelay(emit, 0, EMIT_EVERY_MILLIS, TimeUnit.MILLISECONDS);

      tab.window.await("all of them", sources() + ".length == " + ConsoleTraffic.WEATHER.size());
      for (String text : ConsoleTraffic.OWN) {
        tab.emit(text);
        tab.window.await("the ack", newest("emit-row") + ".innerText.includes('Reached')");
        tab.window.await("an answer", newest("outcome-row") + ".previousSibling === null");
      }
      tab.window.await(
          "another answer", newest("outcome-row") + ".nextSibling.matches('.incoming')");
      assertThat(emitting.isDone()).isFalse();
      emitting.cancel(false);
      tab.window.await(
          "bars at their length",
          "[...document.querySelectorAll('.track i')].every(bar => !bar.getAnimations().length)");
      tab.window.screenshot(Path.of("target", "console.png"));
      assertThat(tab.window.list(sources()))
          .containsExactlyInAnyOrderElementsOf(
              ConsoleTraffic.WEATHER.stream().map(ConsoleTraffic.Voice::id).toList());
    } finally {
      emitters.shutdownNow();
      agents.forEach(QisClient::close);
    }
  }

  /** Whose outcomes the page shows. */
  private static String sources() {
    return "[...new Set([...document.querySelectorAll('[data-testid=outcome-row]')]"
        + ".map(row => row.dataset.source))]";
  }

  /** The newest row of a kind. */
  private static String newest(String testId) {
    return "document.querySelector('[data-testid=%s]')".formatted(testId);
  }

  private static String outcome(String payload, @Nullable JsonArray fingerprint) {
    JsonObject packet =
        new JsonObject()
            .put("payload", payload)
            .put("confidence", 0.7 + Math.floorMod(payload.hashCode(), 30) / 100.0)
            .put("timestamp", System.currentTimeMillis() / 1000.0);
    if (fingerprint != null) {
      packet.put("fingerprint", fingerprint);
    }
    return new JsonObject().put("type", "outcome").put("packet", packet).encode();
  }

  private static String counter(String name) {
    return "document.querySelector('[data-testid=counter-%s]').dataset.value".formatted(name);
  }

  private static void assertFits(Chromium.Window window) {
    assertThat(window.text("document.documentElement.scrollWidth")).isEqualTo("390");
  }

  private static JsonObject totals() {
    return mesh.getFirst().get("/api/mesh").json().getJsonObject("totals");
  }

  /** A window that shows the page of one node. */
  private static final class Tab implements AutoCloseable {
    private final Chromium.Window window;

    Tab(int node) {
      window = chromium.open("http://127.0.0.1:" + mesh.get(node).httpPort() + "/");
    }

    void join(String name, String about) {
      window.fill("agent-name", name);
      window.fill("agent-about", about);
      window.element("join-button").click();
      window.await(
          "joined", "document.querySelector('[data-testid=state]').dataset.state === 'registered'");
    }

    void emit(String text) {
      window.fill("emit-text", text);
      window.element("emit-button").click();
    }

    double[] fingerprintOf(String text) {
      Object numbers =
          window.run(
              "return import('/client/qis-browser-agent.js')"
                  + ".then((client) => JSON.stringify(client.fingerprintOf(arguments[0])))",
              text);
      return new JsonArray(String.valueOf(numbers))
          .stream().mapToDouble(number -> ((Number) number).doubleValue()).toArray();
    }

    void awaitCounter(String name, long value) {
      window.await(name + " is " + value, counter(name) + " == " + value);
    }

    /** Leaves the mesh. */
    @Override
    public void close() {
      window.element("leave-button").click();
      window.show("about:blank");
    }
  }
}
