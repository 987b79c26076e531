/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import dev.starling.bench.BenchCommand;
import dev.starling.bench.Results;
import dev.starling.bench.embedding.LabelledTexts.Pair;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench embedding}: what embedders cost, and the threshold that each needs. */
@Command(
    name = "embedding",
    mixinStandardHelpOptions = true,
    description =
        "Embeds labelled texts by each embedder of Starling, and by a service where one is given, prints what a text"
            + " costs, which share of pairs each threshold lets through, and the threshold that follows. Exit codes: 2,"
            + " something could not be measured; 3, an embedder of this build has another threshold.")
public final class EmbeddingCommand extends BenchCommand {
  private static final int[] HUNDREDTHS = {15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75};

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "interleaved rounds, each in new processes (default ${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(
      names = "--url",
      description =
          "a service to measure too, with OpenAI's interface; its API key in STARLING_EMBEDDER_SECRET")
  private @Nullable String url;

  @Option(names = "--model", description = "what that service calls the model")
  private String model = "";

  @Option(names = "--dimension", description = "how many numbers it answers with")
  private int dimension;

  @Override
  public Integer call() throws IOException {
    Map<String, List<String>> embedders = new LinkedHashMap<>();
    embedders.put("lexical", List.of("lexical"));
    embedders.put("sentence", List.of("sentence"));
    if (url != null) {
      embedders.put("http", List.of("http", url, model, Integer.toString(dimension)));
    }
    EmbeddingBenchmark benchmark = new EmbeddingBenchmark(places(), progress());
    Results results = benchmark.run(embedders, rounds);
    print(results, "", List.of(), benchmark.write(Map.of("rounds", rounds, "model", model)));
    printThresholds(benchmark.likenesses());
    return benchmark.likenesses().keySet().equals(embedders.keySet())
        ? verdict(benchmark)
        : UNMEASURED;
  }

  private void printThresholds(Map<String, Likenesses> all) {
    StringBuilder table = new StringBuilder("| threshold |");
    StringBuilder rule = new StringBuilder("| --: |");
    all.keySet()
        .forEach(name -> {
          table.append(" %s: one topic | neighbours | unrelated |".formatted(name));
          rule.append(" --: | --: | --: |");
        });
    table.append('\n').append(rule).append('\n');
    for (int hundredths : HUNDREDTHS) {
      double threshold = hundredths / 100.0;
      table.append("| %.2f |".formatted(threshold));
      all.values()
          .forEach(found -> {
            for (Pair pair : Pair.values()) {
              table.append(" %.1f %% |".formatted(100 * found.share(pair, threshold)));
            }
          });
      table.append('\n');
    }
    out().println();
    out().println(table);
    out().flush();
  }

  private int verdict(EmbeddingBenchmark benchmark) {
    int code = 0;
    for (String name : List.of("lexical", "sentence")) {
      Likenesses found = benchmark.likenesses().get(name);
      Double has = benchmark.inForce().get(name);
      if (found != null && has != null && found.threshold() != has) {
        out()
            .println(
                "%s has the threshold %.2f, measured is %.2f"
                    .formatted(name, has, found.threshold()));
        code = MISSED;
      }
    }
    out().flush();
    return code;
  }
}
