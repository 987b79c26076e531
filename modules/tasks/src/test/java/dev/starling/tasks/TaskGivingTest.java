/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets which task, over the real bus; the test plays agents, router and gateway. */
class TaskGivingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PlayedMesh mesh = PlayedMesh.kept();

  @AfterEach
  void close() {
    mesh.close();
  }

  @Test
  void aTaskGoesToTheAgentTheKindOrTheCapabilityThatItNames() {
    mesh.agent("anna", "cook", 4, "soup");
    mesh.agent("bert", "cook", 4, "bread");
    mesh.agent("carl", "driver", 4, "soup");
    assertThat(mesh.agentOf(mesh.submit(PlayedMesh.of("bert", null, null)), 1)).isEqualTo("bert");
    assertThat(mesh.agentOf(mesh.submit(PlayedMesh.of(null, "driver", null)), 1)).isEqualTo("carl");
    assertThat(mesh.agentOf(mesh.submit(PlayedMesh.of(null, null, "bread")), 1)).isEqualTo("bert");
    assertThat(mesh.agentOf(mesh.submit(PlayedMesh.of(null, "cook", "soup")), 1)).isEqualTo("anna");
  }

  @Test
  void aTaskForNobodyInParticularGoesToTheNearestThatTakesTasks() {
    mesh.agent("anna", "cook", 0);
    mesh.agent("bert", "cook", 1);
    mesh.agent("carl", "cook", 1);
    mesh.similar("stranger", "anna", "carl", "bert");
    Task first = mesh.submit(PlayedMesh.about(1, 0));
    assertThat(mesh.agentOf(first, 1)).isEqualTo("carl");
    Task second = mesh.submit(PlayedMesh.about(1, 0));
    assertThat(mesh.agentOf(second, 1)).as("while carl is busy").isEqualTo("bert");
  }

  @Test
  void aTaskThatNobodyIsAboutIsLookedForAgainUntilSomebodyIs() {
    Task task = mesh.submit(PlayedMesh.about(1, 0));
    eventually("it is searched for twice", PATIENCE, () -> mesh.searches() > 1);
    assertThat(mesh.now(task).status()).isEqualTo(TaskStatus.QUEUED);
    mesh.agent("late", "cook", 1);
    mesh.similar("late");
    assertThat(mesh.agentOf(task, 1)).isEqualTo("late");
  }

  @Test
  void anAgentGetsNoMoreThanItTakesAndTheMostUrgentFirst() {
    mesh.agent("anna", "cook", 2);
    List<Task> first =
        List.of(
            mesh.submit(PlayedMesh.of(null, "cook", null)),
            mesh.submit(PlayedMesh.of(null, "cook", null)));
    first.forEach(task -> mesh.agentOf(task, 1));
    Task low = mesh.submit(PlayedMesh.urgent("cook", TaskPriority.LOW));
    Task normal = mesh.submit(PlayedMesh.urgent("cook", TaskPriority.NORMAL));
    Task critical = mesh.submit(PlayedMesh.urgent("cook", TaskPriority.CRITICAL));
    assertThat(mesh.assigned()).hasSize(2);
    assertThat(mesh.now(low).status()).isEqualTo(TaskStatus.QUEUED);
    List<Task> had = new ArrayList<>(first);
    for (Task next : List.of(critical, normal, low)) {
      assertThat(mesh.completes("anna", had.removeFirst(), 1)).isTrue();
      mesh.agentOf(next, 1);
      had.add(next);
    }
    assertThat(mesh.assigned())
        .extracting(assign -> assign.task().taskId())
        .endsWith(critical.taskId(), normal.taskId(), low.taskId());
  }

  @Test
  void tasksAreSpreadOverTheAgentsThatHaveTheFewest() {
    for (String agent : List.of("a", "b", "c")) {
      mesh.agent(agent, "cook", 5);
    }
    for (int i = 0; i < 9; i++) {
      mesh.agentOf(mesh.submit(PlayedMesh.of(null, "cook", null)), 1);
    }
    for (String agent : List.of("a", "b", "c")) {
      assertThat(mesh.assigned()).extracting(Assign::agentId).filteredOn(agent::equals).hasSize(3);
    }
  }

  @Test
  void whoIsHeldBackGetsNothingUntilItIsNot() {
    AgentLabel paused = new AgentLabel("", "cook", List.of(), 1, true);
    mesh.present("anna", paused, mesh.mesh().nodeId());
    Task task = mesh.submit(PlayedMesh.of("anna", null, null));
    mesh.agent("bert", "driver", 1);
    mesh.agentOf(mesh.submit(PlayedMesh.of("bert", null, null)), 1);
    assertThat(mesh.now(task).status()).isEqualTo(TaskStatus.QUEUED);
    assertThat(mesh.now(task).reason())
        .isEqualTo("agent anna takes nothing now: it starts, is paused or away");
    mesh.agent("anna", "cook", 1);
    assertThat(mesh.agentOf(task, 1)).isEqualTo("anna");
    assertThat(mesh.now(task).reason()).isNull();
  }

  @Test
  void aTaskThatNobodyCanDoSaysSoForAsLongAsThatIsSo() {
    mesh.agent("anna", "driver", 1);
    mesh.agent("idler", "cook", 0);
    mesh.agentOf(mesh.submit(PlayedMesh.of("anna", null, null)), 1);
    Task soup = mesh.submit(PlayedMesh.of(null, "cook", "soup"));
    Task bread = mesh.submit(PlayedMesh.of(null, null, "bread"));
    Task near = mesh.submit(PlayedMesh.about(1, 0));
    assertThat(mesh.now(soup).reason())
        .isEqualTo("no agent of the mesh that takes tasks is of kind cook and can do soup");
    assertThat(mesh.now(bread).reason())
        .isEqualTo("no agent of the mesh that takes tasks can do bread");
    assertThat(mesh.now(near).reason())
        .isEqualTo("no agent of the mesh that takes tasks is near to its description");
    assertThat(mesh.ask(new TasksQuery("", 10, TaskStatus.QUEUED, null)).tasks())
        .extracting(Task::reason)
        .doesNotContainNull();
    mesh.agent("bert", "cook", 1, "soup");
    assertThat(mesh.agentOf(soup, 1)).isEqualTo("bert");
    Task second = mesh.submit(PlayedMesh.of(null, "cook", "soup"));
    assertThat(mesh.now(second).reason()).as("bert can do it, later").isNull();
  }

  @Test
  void aTaskForWhoIsNotThereOrTakesNoneIsRefused() {
    mesh.agent("anna", "cook", 1);
    mesh.agent("idler", "cook", 0);
    mesh.agentOf(mesh.submit(PlayedMesh.of("anna", null, null)), 1);
    assertThat(code(mesh.refused(new Submit("x", PlayedMesh.of("nobody", null, null), ""))))
        .isEqualTo(ErrorCode.AGENT_NOT_FOUND);
    assertThat(code(mesh.refused(new Submit("y", PlayedMesh.of("idler", null, null), ""))))
        .isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(mesh.kept("x")).isEmpty();
  }

  @Test
  void whoHasJustComeIsKnownToARouterBeforeItIsHere() {
    for (int i = 0; i < 5; i++) {
      String agent = "agent-" + i;
      mesh.agent(agent, "cook", 1);
      assertThat(mesh.agentOf(mesh.submit(PlayedMesh.of(agent, null, null)), 1)).isEqualTo(agent);
    }
  }

  private static ErrorCode code(Throwable failure) {
    assertThat(failure).isInstanceOf(RefusalException.class);
    return ((RefusalException) failure).code();
  }

  @Test
  void anIdThatSomebodyElseGaveATaskIsRefused() {
    TaskRequest request = PlayedMesh.of(null, "cook", null);
    mesh.submit("one", request);
    assertThat(code(mesh.refused(new Submit("one", request, "bob"))))
        .isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(code(mesh.refused(new Submit("one", request, ""))))
        .isEqualTo(ErrorCode.INVALID_MESSAGE);
  }

  @Test
  void theSameQuestionAskedAgainIsNoSecondTask() {
    Task first = mesh.submit("one", PlayedMesh.of(null, "cook", null));
    Task again = mesh.submit("one", PlayedMesh.of(null, "cook", null));
    assertThat(again).isEqualTo(first);
    mesh.agent("anna", "cook", 5);
    mesh.agentOf(first, 1);
    mesh.agentOf(mesh.submit(PlayedMesh.of(null, "cook", null)), 1);
    assertThat(mesh.assigned()).hasSize(2);
  }
}
