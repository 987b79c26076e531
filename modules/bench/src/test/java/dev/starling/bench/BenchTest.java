/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line, end to end, against a router in this process. */
final class BenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path root = Path.of("");

  @Test
  void shouldPrintATableAndWriteTheRawRounds() throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.NONE, true, false)) {
      assertThat(routing(router, "--rounds", "2")).as(err.toString()).isZero();
    }
    assertThat(out.toString())
        .contains("| measure")
        .contains("outcomes routed, saturated ↑")
        .contains("(negotiated)")
        .doesNotContain("Chromium");
    JsonNode raw = raw();
    assertThat(raw.path("table").path("outcomes").path("target").path("rounds")).hasSize(2);
    assertThat(raw.path("runs")).hasSize(7);
    assertThat(raw.path("options").path("--agents").asText()).isEqualTo("8");
  }

  @Test
  void shouldFailWhenADeliveryIsDoubled() throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.DOUBLE, false, false)) {
      assertThat(routing(router, "--rounds", "1", "--no-deflate")).isEqualTo(1);
    }
    assertThat(raw().path("table").path("duplicates").path("target").path("value").asInt())
        .isEqualTo(1);
  }

  @Test
  void shouldSayWhatIsMissingAndFail() throws IOException {
    assertThat(run("routing", "--only", "starling", "--no-memory", "--no-browser")).isEqualTo(2);
    assertThat(out.toString()).contains("scripts/starling is missing");
  }

  @Test
  void shouldNameAnUnknownArgumentInOneLine() {
    assertThat(run("routing", "extra")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("bench: unknown argument extra, see scripts/bench routing --help");
  }

  @Test
  void shouldReadDurations() {
    assertThat(List.of("500ms", "10s", "2m").stream().map(Bench::duration))
        .containsExactly(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMinutes(2));
    assertThatThrownBy(() -> Bench.duration("soon")).hasMessageContaining("no duration");
  }

  private int routing(TestRouter router, String... more) {
    String[] common = {
      "routing",
      "--only",
      "none",
      "--target",
      router.address().toString(),
      "--no-memory",
      "--no-browser",
      "--agents",
      "8",
      "--topics",
      "2",
      "--dimension",
      "16",
      "--prime",
      "300ms",
      "--warmup",
      "100ms",
      "--duration",
      "300ms",
      "--rate",
      "50"
    };
    String[] all = new String[common.length + more.length];
    System.arraycopy(common, 0, all, 0, common.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return run(all);
  }

  private int run(String... arguments) {
    CommandLine line = Bench.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 2];
    all[0] = "--root";
    all[1] = root.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return line.execute(all);
  }

  private JsonNode raw() throws IOException {
    try (var files = Files.list(root.resolve("modules/bench/target"))) {
      Path file = files.filter(path -> path.toString().endsWith(".json")).findFirst().orElseThrow();
      return new ObjectMapper().readTree(file.toFile());
    }
  }
}
