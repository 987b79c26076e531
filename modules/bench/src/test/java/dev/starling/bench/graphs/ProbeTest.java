/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systems print, and what is made of it. */
final class ProbeTest {
  private static final String PEER =
      "a warning\n{\"version\":\"lib 1.2\",\"wallMs\":[5,1,3,2,4],\"cpuMs\":[9,9,9,9,9],\"ticksAtTime\":null}\n";

  @TempDir private Path folder = Path.of("");

  @Test
  void shouldReadTheLastLineOfJson() throws IOException {
    LayoutFigures figures = LayoutFigures.parse(Probe.answer(PEER));
    assertThat(figures.version()).isEqualTo("lib 1.2");
    assertThat(figures.ticks()).isEqualTo(5);
    assertThat(figures.percentile(figures.wallMs(), 50)).isEqualTo(3);
    assertThat(figures.percentile(figures.wallMs(), 95)).isEqualTo(5);
    assertThat(figures.ticksAtTime()).isNull();
    assertThat(figures.settledTicks()).isNull();
    assertThat(figures.forceError()).isNull();
  }

  @Test
  void shouldReadWhatOnlyStarlingTells() throws IOException {
    String said =
        "{\"wallMs\":[1],\"cpuMs\":[1],\"ticksAtTime\":7,\"settledTicks\":400,\"forceErrors\":[0.02,0.03]}";
    LayoutFigures figures = LayoutFigures.parse(Probe.answer(said));
    assertThat(figures.settledTicks()).isEqualTo(400);
    assertThat(figures.ticksAtTime()).isEqualTo(7);
    assertThat(figures.forceError()).isEqualTo(0.03);
  }

  @Test
  void shouldSayWhatItGotInsteadOfFigures() {
    assertThatThrownBy(() -> Probe.answer("Error: no such module"))
        .hasMessageContaining("expected a line of JSON, got: Error: no such module");
    assertThatThrownBy(() -> Probe.answer("{\"wallMs\": [1,"))
        .hasMessageContaining("expected a line of JSON");
    assertThatThrownBy(() -> LayoutFigures.parse(Probe.answer("{\"wallMs\":[]}")))
        .hasMessageContaining("expected numbers in wallMs");
    assertThatThrownBy(() -> LayoutFigures.parse(Probe.answer("{\"wallMs\":[1,\"x\"]}")))
        .hasMessageContaining("wallMs should hold numbers, and holds \"x\"");
  }

  @Test
  void shouldCountDistancesThatDifferInTheLeastBit() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Files.writeString(one, "0.0 1.5 inf\n0.25 2 3\n");
    Files.writeString(other, "0 1.5 inf\n0.25 2.0000000000000004 inf\n");
    assertThat(Distances.different(one, other)).isEqualTo(2);
    assertThat(Distances.different(one, one)).isZero();
    Files.writeString(other, "0 1.5\n0 1\n");
    assertThatThrownBy(() -> Distances.different(one, other))
        .hasMessageContaining("3 distances, another 2");
    Files.writeString(other, "0 1.5 inf\n");
    assertThatThrownBy(() -> Distances.different(one, other)).hasMessageContaining("1");
  }

  @Test
  void shouldSayWhichGoalsWereMet() {
    CaseRow cpu = new CaseRow("deb32k", LayoutMeasure.CPU);
    CaseRow error = new CaseRow("deb32k", LayoutMeasure.FORCE_ERROR);
    Results results = new Results(List.of(cpu, error));
    List.of("d3", "ngraph", "starling").forEach(results::addSystem);
    results.add("d3", cpu, 500.0);
    results.add("starling", cpu, 10.0);
    results.add("starling", error, 3.5);
    Goal times = Goal.timesLess(50, results, "starling", "d3", cpu);
    Goal missed = Goal.atMost(3, results, "starling", error);
    Goal unknown = Goal.timesLess(50, results, "starling", "ngraph", cpu);
    assertThat(Goal.timesLess(50, results, "starling", "left out", cpu).found()).isNull();
    assertThat(List.of(times, missed, unknown).stream().map(Goal::isMissed))
        .containsExactly(false, true, false);
    assertThat(Goal.table(List.of(times, missed, unknown)).lines().skip(2))
        .satisfiesExactly(
            line -> assertThat(line).contains("≥ 50 ×", "50 ×", "| ").endsWith(" met |"),
            line -> assertThat(line).contains("≤ 3 %", "3.50 %", "not met"),
            line -> assertThat(line).contains("–", "not measured"));
  }

  @Test
  void shouldCompareNeighboursWithThoseOfTheBestPeerNotWithPointsAnywhere() {
    CaseRow kept = new CaseRow("deb1k", LayoutMeasure.NEIGHBOURS);
    Results results = new Results(CaseRow.all(List.of("deb1k"), LayoutMeasure.values()));
    List.of("d3", "fa2", "random", "starling").forEach(results::addSystem);
    results.add("starling", kept, 0.06);
    results.add("random", kept, 0.05);
    assertThat(PhysicsGoals.of(results, List.of("deb1k")).getFirst().found()).isNull();
    results.add("d3", kept, 0.02);
    results.add("fa2", kept, 0.03);
    assertThat(PhysicsGoals.of(results, List.of("deb1k")).getFirst().found()).isEqualTo(2);
  }

  @Test
  void shouldTellTheCpuTimeOfThisProcessInLessThanAMillisecondsSteps() {
    CpuClock clock = new CpuClock();
    long before = clock.nanos();
    long now = before;
    while (now == before) {
      now = clock.nanos();
    }
    assertThat(now - before).isPositive().isLessThan(100_000_000);
  }
}
