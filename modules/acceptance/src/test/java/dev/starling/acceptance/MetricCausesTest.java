/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operations.md names each metric of a gateway, and each cause of what it counts by cause. */
class MetricCausesTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path GATEWAY =
      ROOT.resolve(Path.of("modules", "gateway", "src", "main", "java"));
  private static final Path METRICS = Path.of("dev", "starling", "gateway", "GatewayMetrics.java");
  private static final Pattern DROPPED = Pattern.compile("\\bdropped\\(([^;]*?)\\)[,;]");
  private static final Pattern TURNED_AWAY =
      Pattern.compile("\\b(?:turnedAway\\(|refuse\\(\\s*request,(?:\\s*\\w+,)?\\s*)(\"[a-z-]+\")");

  private static final Pattern METRIC = Pattern.compile("\"starling\\.gateway((?:\\.[a-z]+)+)\"");
  private static final Pattern LITERAL = Pattern.compile("\"([a-z]+(?:-[a-z]+)*)\"");
  private static final Pattern NAME = Pattern.compile("`([a-z]+(?:-[a-z]+)*)`");

  private static Set<String> literals(Pattern call) {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(GATEWAY)) {
      for (Path file : files.filter(MetricCausesTest::isCaller).toList()) {
        call.matcher(Files.readString(file))
            .results()
            .flatMap(one -> LITERAL.matcher(one.group(1)).results())
            .map(one -> one.group(1))
            .forEach(found::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static boolean isCaller(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".java") && !name.equals("GatewayMetrics.java");
  }

  private static Set<String> documented(String metric) throws IOException {
    String row =
        Files.readString(ROOT.resolve(Path.of("docs", "operations.md")))
            .lines()
            .filter(line -> line.startsWith("| `" + metric + "{cause}`"))
            .collect(Collectors.joining());
    assertThat(row).as(metric).isNotEmpty();
    return NAME.matcher(row)
        .results()
        .map(MatchResult::group)
        .map(name -> name.replace("`", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyMetricIsThere() throws IOException {
    String table = Files.readString(ROOT.resolve(Path.of("docs", "operations.md")));
    Set<String> metrics =
        METRIC
            .matcher(Files.readString(GATEWAY.resolve(METRICS)))
            .results()
            .map(one -> one.group(1).replace('.', '_'))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(metrics).hasSizeGreaterThan(12);
    assertThat(metrics)
        .allSatisfy(name ->
            assertThat(table)
                .containsPattern("`(?:starling_gateway)?" + name + "(?:_total|_seconds)?[`{]"));
  }

  @Test
  void everyCauseOfADropIsThereAndNoOther() throws IOException {
    assertThat(literals(DROPPED)).hasSizeGreaterThan(10);
    assertThat(documented("starling_gateway_drops_total")).isEqualTo(literals(DROPPED));
  }

  @Test
  void everyCauseOfARefusalOverHttpIsThereAndNoOther() throws IOException {
    Set<String> causes = literals(TURNED_AWAY);
    assertThat(causes).hasSizeGreaterThan(8);
    assertThat(documented("starling_gateway_http_refused_total")).isEqualTo(causes);
  }
}
