/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.starling.bench.Bench;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands, end to end, with the systems that need nothing but a JVM. */
final class GraphBenchmarksTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path root = Path.of("");

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

  private JsonNode table() throws IOException {
    try (var files = Files.list(root.resolve("modules/bench/target"))) {
      Path raw = files.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
      return new ObjectMapper().readTree(raw.toFile()).path("table");
    }
  }

  @Test
  void shouldLayOutAGraphAndSayWhatItReached() throws IOException {
    int code = run("physics", "--only", "starling", "--graphs", "sbm1k", "--warm", "0.1");
    assertThat(code).as(err + "\n" + out).isZero();
    assertThat(out.toString()).contains("sbm1k: CPU of a tick ↓", "sbm1k: 1000 nodes, 5350 edges");
    JsonNode kept = table().path("sbm1k_neighbours");
    assertThat(kept.path("starling").path("value").asDouble())
        .isGreaterThan(5 * kept.path("random").path("value").asDouble());
    assertThat(table().path("sbm1k_settled_seconds").path("starling").path("value").asDouble())
        .isBetween(1.0, 8.0);
    assertThat(table().path("sbm1k_wall_two").path("starling").path("rounds")).hasSize(1);
  }

  @Test
  void shouldFindTheDistancesThatJgraphtFinds() throws IOException {
    int code =
        run(
            "sssp",
            "--only",
            "jgrapht,starling",
            "--graphs",
            "ba2k",
            "--rounds",
            "1",
            "--warm",
            "0.1");
    assertThat(code).as(err + "\n" + out).isZero();
    JsonNode table = table();
    assertThat(table.path("ba2k_different").path("starling").path("value").asDouble()).isZero();
    assertThat(table.path("ba2k_different").path("starling").path("rounds")).hasSize(1);
    assertThat(table.path("ba2k_cpu").path("jgrapht").path("value").asDouble()).isPositive();
    assertThat(table.path("ba2k_repair").path("starling").path("value").asDouble()).isPositive();
  }

  @Test
  void shouldSayWhyASystemCouldNotBeMeasured() {
    int code =
        run(
            "sssp",
            "--only",
            "scipy,jgrapht",
            "--python",
            "/no/python",
            "--graphs",
            "ba1k",
            "--rounds",
            "1",
            "--warm",
            "0");
    assertThat(code).as(err + "\n" + out).isZero();
    assertThat(out.toString())
        .contains("ba1k: not measured by scipy: needs a Python with scipy: apt-get install");
  }

  @Test
  void shouldSayWhichSystemsAndGraphsThereAreBeforeAnythingRuns() {
    assertThat(run("physics", "--only", "gephi")).isEqualTo(1);
    assertThat(err.toString()).contains("no system gephi, only d3, ngraph, fa2, starling");
    assertThat(run("sssp", "--graphs", "ba2k,tree2k")).isEqualTo(1);
    assertThat(err.toString()).contains("no graph tree2k: expected deb, sbm or ba");
  }
}
