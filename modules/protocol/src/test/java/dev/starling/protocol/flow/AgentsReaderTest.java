/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.flow.FlowReading.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowClientMessage.AgentSpawn;
import dev.starling.protocol.flow.FlowClientMessage.TaskCancel;
import dev.starling.protocol.flow.FlowClientMessage.TaskReport;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of agents to be started and of tasks, in messages and in bodies of REST. */
final class AgentsReaderTest {
  private static final RawJson SEVEN = RawJson.of("7");
  private static final String WHOLE =
      "\"description\":\"Knead\",\"target\":\"a\",\"kind\":\"baker\",\"capability\":\"bread\","
          + "\"fingerprint\":[1,0.5],\"space\":\"flour\",\"priority\":\"critical\","
          + "\"input\":{ \"flour\" : \"rye\" },\"timeoutMs\":5e3";

  private static final TaskRequest ALL =
      new TaskRequest(
          "Knead",
          "a",
          "baker",
          "bread",
          new Fingerprint("flour", new float[] {1, 0.5f}),
          TaskPriority.CRITICAL,
          RawJson.of("{ \"flour\" : \"rye\" }"),
          5_000);

  private static final TaskRequest LITTLE =
      new TaskRequest("Knead", null, null, null, null, TaskPriority.NORMAL, null, 0);

  private static RefusalException refusal(byte[] body) {
    return catchThrowableOfType(RefusalException.class, () -> AgentsReader.task(body));
  }

  private static SwarmRequest swarm(String body) {
    return AgentsReader.swarm(body.getBytes(UTF_8));
  }

  private static RefusalException swarmRefusal(String body) {
    return catchThrowableOfType(RefusalException.class, () -> swarm(body));
  }

  @Test
  void aTaskIsReadWithAllThatItMayHave() {
    assertThat(read(message("task_submit", "\"id\":7," + WHOLE)))
        .isEqualTo(new TaskSubmit(SEVEN, null, ALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"target\":null,\"kind\":null,\"capability\":null,\"fingerprint\":null,\"space\":null,"
            + "\"priority\":null,\"input\":null,\"timeoutMs\":null",
        ",\"taskId\":\"\"",
        ",\"target\":\"\",\"kind\":\"\",\"capability\":\"\",\"priority\":\"\"",
        ",\"weather\":[{\"a\":1}]"
      })
  void whatIsNotThereOrEmptyIsNotSaid(String members) {
    assertThat(read(message("task_submit", "\"description\":\"Knead\"" + members)))
        .isEqualTo(new TaskSubmit(null, null, LITTLE));
  }

  @Test
  void aFingerprintAloneLiesInTheSpaceOfItsDimension() {
    TaskSubmit submit =
        (TaskSubmit)
            read(message("task_submit", "\"description\":\"Knead\",\"fingerprint\":[1,0,0]"));
    assertThat(submit.request().meaning()).isEqualTo(Fingerprint.of(1, 0, 0));
  }

  private static byte[] called(String taskId) {
    return ("{\"description\":\"Knead\",\"taskId\":\"" + taskId + "\"}").getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "tasks", "Rye.bread_2-b", "task"})
  void aTaskMayBeCalledAsItsClientLikes(String taskId) {
    assertThat(AgentsReader.task(called(taskId))).isEqualTo(new TaskSubmit(null, taskId, LITTLE));
    assertThat(AgentsReader.task(called("a".repeat(64))).taskId()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"task-", "task-1", "..", "-a", "a b", "a/b", "ä", " "})
  void butNotSoThatItMightBeOneOfTheMeshsOrNoPartOfAPath(String taskId) {
    assertThat(refusal(called(taskId)).details()).containsEntry("field", "taskId");
    assertThat(refusal(called("a".repeat(65))).details()).containsEntry("field", "taskId");
  }

  @Test
  void bodiesOfRestHaveTheSameFieldsAndNoId() {
    assertThat(AgentsReader.task(("{" + WHOLE + "}").getBytes(UTF_8)))
        .isEqualTo(new TaskSubmit(null, null, ALL));
    assertThat(AgentsReader.spawn("{\"kind\":\"baker\",\"name\":\"Ünal\"}".getBytes(UTF_8)))
        .isEqualTo(new SpawnRequest("baker", "Ünal", null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[1]", "7", "null", "{\"description\":\"x\"} {}"})
  void aBodyThatIsNoObjectIsInvalidJson(String body) {
    assertThat(refusal(body.getBytes(UTF_8)).code()).isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void aBodyThatIsNotInUtf8IsInvalidJson() {
    assertThat(refusal("{\"description\":\"é\"}".getBytes(ISO_8859_1)).code())
        .isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void aFingerprintThatIsNoneIsInvalid() {
    RefusalException refusal =
        refusal("{\"description\":\"x\",\"fingerprint\":[1,\"x\"]}".getBytes(UTF_8));
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FINGERPRINT);
    assertThat(refusal.details()).containsEntry("field", "fingerprint[1]");
  }

  @Test
  void anAgentIsReadWithWhatItIsToBe() {
    assertThat(
            read(
                message(
                    "agent_spawn",
                    "\"kind\":\"baker\",\"name\":\"Ada\",\"profile\":\"rye\",\"node\":\"n\","
                        + "\"id\":7")))
        .isEqualTo(new AgentSpawn(SEVEN, new SpawnRequest("baker", "Ada", "rye", "n")));
    assertThat(read(message("agent_spawn", "\"kind\":\"baker\",\"name\":\"\"")))
        .isEqualTo(new AgentSpawn(null, new SpawnRequest("baker", null, null, null)));
    assertThat(read(message("agent_spawn", "\"kind\":\"baker\",\"swarm\":\"flow\"")))
        .isEqualTo(new AgentSpawn(null, new SpawnRequest("baker", null, null, null, "flow")));
  }

  @Test
  void aSwarmIsReadWithWhatIsUsualInPlaceOfWhatIsNotThere() {
    String whole =
        """
        {"endpoint": "flöw", "topology": "ring", "maxAgents": 1000, "strategy": "auto", "x": []}
        """;
    assertThat(swarm(whole)).isEqualTo(new SwarmRequest("flöw", "ring", 1_000, "auto"));
    for (String rest : List.of("", ",\"topology\":null,\"maxAgents\":null,\"strategy\":\"\"")) {
      assertThat(swarm("{\"endpoint\":\"flow\"" + rest + "}"))
          .isEqualTo(new SwarmRequest("flow", "mesh", 8, "balanced"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                | endpoint
          {"endpoint":""}                   | endpoint
          {"endpoint":7}                    | endpoint
          {"endpoint":"f","topology":[]}    | topology
          {"endpoint":"f","strategy":true}  | strategy
          {"endpoint":"f","maxAgents":0}    | maxAgents
          {"endpoint":"f","maxAgents":1001} | maxAgents
          {"endpoint":"f","maxAgents":1.5}  | maxAgents
          {"endpoint":"f","maxAgents":"8"}  | maxAgents
          """)
  void aSwarmThatIsNotAsItShouldBeIsRefusedByTheField(String body, String field) {
    RefusalException refusal = swarmRefusal(body);
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.details()).containsEntry("field", field);
  }

  @Test
  void theNameOfASwarmHasAtMost256Characters() {
    assertThat(swarm("{\"endpoint\":\"" + "é".repeat(256) + "\"}").endpoint()).hasSize(256);
    assertThat(swarmRefusal("{\"endpoint\":\"" + "é".repeat(257) + "\"}").text())
        .contains("at most 256 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[1]", "7", "null", "{\"endpoint\":\"x\"} {}"})
  void aBodyOfASwarmThatIsNoObjectIsInvalidJson(String body) {
    assertThat(swarmRefusal(body).code()).isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void aReportIsProgressUnlessItSaysThatTheTaskHasEnded() {
    String about = "\"taskId\":\"t\",\"attempt\":2";
    assertThat(read(message("task_report", about)))
        .isEqualTo(new TaskReport(null, "t", 2, new TaskStep.Progress(null, null)));
    assertThat(
            read(
                message(
                    "task_report",
                    about + ",\"status\":\"progressing\",\"progress\":0,\"message\":\"rises\"")))
        .isEqualTo(new TaskReport(null, "t", 2, new TaskStep.Progress(0.0, "rises")));
    assertThat(read(message("task_report", about + ",\"status\":\"completed\",\"progress\":7")))
        .isEqualTo(new TaskReport(null, "t", 2, new TaskStep.Completed(RawJson.EMPTY_OBJECT)));
    assertThat(
            read(
                message(
                    "task_report",
                    about + ",\"status\":\"failed\",\"reason\":\"no flour\",\"id\":7")))
        .isEqualTo(new TaskReport(SEVEN, "t", 2, new TaskStep.Failed("no flour", false)));
  }

  @Test
  void aTaskIsTakenBackByItsId() {
    assertThat(read(message("task_cancel", "\"taskId\":\"t\",\"id\":7")))
        .isEqualTo(new TaskCancel(SEVEN, "t"));
  }
}
