/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.examples;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts the words and sentences of a text, and says which words it has most often. */
public final class TextStatistics extends Agent {
  @Override
  protected AgentProfile profile() {
    return AgentProfile.of("text-statistics")
        .about("counting words and sentences, word frequencies of a text")
        .can("text", "statistics")
        .tasks(4);
  }

  @Override
  protected Future<JsonObject> onTask(Task task) {
    String text =
        task.input().getValue("text") instanceof String given ? given : task.description();
    List<String> words =
        Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}']+"))
            .filter(word -> !word.isEmpty())
            .toList();
    Map<String, Long> counts =
        words.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<String> frequent =
        counts.keySet().stream()
            .sorted((a, b) -> Long.compare(counts.getOrDefault(b, 0L), counts.getOrDefault(a, 0L)))
            .limit(5)
            .toList();
    return Future.succeededFuture(
        JsonObject.of(
            "words",
            words.size(),
            "distinct",
            counts.size(),
            "sentences",
            text.split("[.!?]+(\\s|$)").length,
            "frequent",
            frequent));
  }
}
