/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.testing.AgentHarness;
import dev.starling.testkit.AgentJar;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/writing-an-agent.md has people write. */
class WritingAnAgentTest {
  private static final Path GUIDE = Path.of("../../docs/writing-an-agent.md");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @TempDir private Path folder;

  @Test
  void theAgentOfTheGuideCompilesAndDoesWhatItSays() throws IOException {
    List<String> snippets =
        JAVA.matcher(Files.readString(GUIDE)).results().map(WritingAnAgentTest::code).toList();
    assertThat(snippets).hasSize(2);
    AgentJar.compiled(
        folder, "PodWatcher", snippets.get(0).replace("package example;", "package made;"));
    AgentKind kind = AgentJars.in(folder).kinds().getFirst();
    assertThat(kind.kind()).isEqualTo("pod-watcher");

    Agent agent = kind.maker().get();
    try (AgentHarness harness = AgentHarness.start(agent)) {
      harness.outcome(JsonObject.of("text", "OOMKilled", "pod", "web-1"));
      assertThat(harness.emitted()).hasSize(1);
      harness.outcome(JsonObject.of("text", "all is well"));
      assertThat(harness.emitted()).hasSize(1);
      assertThat(harness.task("three small words", new JsonObject()))
          .isEqualTo(JsonObject.of("words", 3));
      assertThat(harness.progress()).containsExactly(50.0);
    }
    assertThat(snippets.get(1))
        .contains("AgentHarness.start(new PodWatcher())")
        .contains("harness.outcome(JsonObject.of(\"text\", \"OOMKilled\", \"pod\", \"web-1\"))")
        .contains("assertEquals(1, harness.emitted().size())");
  }

  private static String code(MatchResult match) {
    return match.group(1);
  }
}
