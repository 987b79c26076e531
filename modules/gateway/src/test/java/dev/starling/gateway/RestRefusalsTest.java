/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a running gateway counts of the calls that its routes refuse. */
class RestRefusalsTest {
  private static final String METRIC = "starling.gateway.rest.refusals";
  private static final String JSON = "Content-Type: application/json";

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;

  @BeforeAll
  static void startGateway() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    GatewayConfig config = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    port = LocalMesh.await(gateway.start(config).httpPort());
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static double count(String route, int status, String code) {
    Counter counter =
        gateway
            .metrics()
            .find(METRIC)
            .tags("route", route, "status", Integer.toString(status), "code", code)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  private static Answer send(String method, String path, String... more) {
    String[] headers = new String[more.length + 1];
    headers[0] = "Host: localhost";
    System.arraycopy(more, 0, headers, 1, more.length);
    return RawHttp.send(port, method, path, headers);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/agents?limit=none, 400, /api/agents, invalid_message",
    "GET, /api/agents?limit=%zz, 400, /api/agents, invalid_message",
    "DELETE, /api/agents, 405, /api/agents, invalid_message",
    "GET, /api/settings/path, 400, /api/settings/path, invalid_message",
    "GET, /api/settings, 503, /api/settings, unavailable",
    "POST, /api/outcomes, 415, /api/outcomes, invalid_message",
    "GET, /ws, 426, /ws, invalid_message",
    "GET, /api/nothing, 404, none, invalid_message",
    "GET, /api/%zz, 400, none, invalid_message",
  })
  void aRefusalIsCountedByTheRoutesPathTheStatusAndTheCode(
      String method, String path, int status, String route, String code) {
    double before = count(route, status, code);

    assertThat(send(method, path).status()).isEqualTo(status);

    assertThat(count(route, status, code)).isEqualTo(before + 1);
  }

  @Test
  void aBodyThatIsTooLargeIsCountedToo() {
    double before = count("/api/outcomes", 413, "invalid_message");

    Answer answer = send("POST", "/api/outcomes", JSON, "Content-Length: 100000000");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(count("/api/outcomes", 413, "invalid_message")).isEqualTo(before + 1);
  }

  @Test
  void pathsThatCallersMakeUpMakeNoMetricsOfTheirOwn() {
    for (int i = 0; i < 20; i++) {
      assertThat(send("GET", "/api/made-up-" + i).status()).isEqualTo(404);
    }

    assertThat(
            gateway.metrics().find(METRIC).tag("status", "404").counters().stream()
                .map(Counter::getId)
                .map(id -> id.getTag("route"))
                .collect(Collectors.toSet()))
        .containsExactly("none");
  }

  @Test
  void whatIsAnsweredIsNotCounted() {
    double before = all();

    assertThat(send("GET", "/api/agents").status()).isEqualTo(200);

    assertThat(all()).isEqualTo(before);
  }

  private static double all() {
    return gateway.metrics().find(METRIC).counters().stream().mapToDouble(Counter::count).sum();
  }
}
