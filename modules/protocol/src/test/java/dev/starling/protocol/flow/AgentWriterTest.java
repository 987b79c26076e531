/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.AgentControlled;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentSpawned;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.TaskAnswered;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.flow.FlowServerMessage.TaskCancelled;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.TaskReported;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of agents and tasks beyond the reference, byte for byte. */
class AgentWriterTest {
  private static final RawJson ID = RawJson.of("7");

  private static String text(FlowServerMessage message) {
    return FlowWriter.json(message).toString();
  }

  private static AgentStatus status(CurrentTask task, AgentFacts facts) {
    Health health = new Health(1.5, null, 2, false, null, 3, "server");
    return new AgentStatus("a", "failing", null, health, List.of(), task, null, 5, facts);
  }

  private static CurrentTask task(String description) {
    return new CurrentTask("t", description, null, null);
  }

  private static final AgentFacts PLAIN = new AgentFacts("coder", "Ada", "n", null, null);

  @Test
  void additionsFollowTheReferencesFieldsAndThoseWithoutAWordAreLeftOut() {
    assertThat(text(status(task("d"), new AgentFacts("coder", "Ada", "n", "extractive", "why"))))
        .contains("\"lastPing\":null,\"inbox\":3,\"scope\":\"server\"},\"capabilities\":[]")
        .endsWith(
            "\"timestamp\":5,\"kind\":\"coder\",\"name\":\"Ada\",\"node\":\"n\","
                + "\"backend\":\"extractive\",\"reason\":\"why\"}");
    assertThat(text(status(task("d"), PLAIN)))
        .endsWith("\"timestamp\":5,\"kind\":\"coder\",\"name\":\"Ada\",\"node\":\"n\"}");
  }

  @Test
  void aStatusHasTheBeginningOfALongDescriptionInWholeCharacters() {
    assertThat(text(status(task("x".repeat(256)), PLAIN))).contains("\"" + "x".repeat(256) + "\"");
    assertThat(text(status(task("x".repeat(8_000)), PLAIN)))
        .contains("\"" + "x".repeat(256) + "\"");
    assertThat(text(status(task("x".repeat(255) + "😀"), PLAIN)))
        .contains("\"" + "x".repeat(255) + "\"");
  }

  @Test
  void whatWasDoneToAnAgentIsWritten() {
    assertThat(text(new AgentControlled(ID, "a", "paused")))
        .isEqualTo(
            "{\"type\":\"agent_controlled\",\"agentId\":\"a\",\"status\":\"paused\",\"id\":7}");
    assertThat(text(new AgentSpawned(null, "a", "n")))
        .isEqualTo("{\"type\":\"agent_spawned\",\"agentId\":\"a\",\"node\":\"n\"}");
  }

  @Test
  void whatBecameOfATaskIsWritten() {
    assertThat(text(new TaskAnswered(ID, "t", "queued")))
        .isEqualTo("{\"type\":\"task_status\",\"taskId\":\"t\",\"status\":\"queued\",\"id\":7}");
    assertThat(text(new TaskReported(null, "t", false)))
        .isEqualTo("{\"type\":\"task_reported\",\"taskId\":\"t\",\"current\":false}");
    assertThat(text(new TaskCancelled("t", 2, "its time is over")))
        .isEqualTo(
            "{\"type\":\"task_cancelled\",\"taskId\":\"t\",\"attempt\":2,"
                + "\"reason\":\"its time is over\"}");
    assertThat(
            text(
                new TaskProgress("t", 50.0, "progressing", null, "a", Instant.ofEpochMilli(1_000))))
        .endsWith(
            "\"message\":null,\"agentId\":\"a\","
                + "\"estimatedCompletion\":\"1970-01-01T00:00:01Z\"}");
  }

  @Test
  void whoIsGivenATaskGetsItsInputWhereThereIsOne() {
    RawJson input = RawJson.of("{\"flour\": \"rye\"}");
    assertThat(text(new TaskAssigned("t", 1, "Knead", input, "high", 9)))
        .isEqualTo(
            "{\"type\":\"task_assigned\",\"taskId\":\"t\",\"attempt\":1,\"description\":\"Knead\","
                + "\"input\":{\"flour\": \"rye\"},\"priority\":\"high\",\"deadline\":9}");
    assertThat(text(new TaskAssigned("t", 1, "Knead", null, "high", 9))).doesNotContain("input");
  }
}
