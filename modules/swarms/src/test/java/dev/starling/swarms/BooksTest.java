/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.starling.swarms.SwarmChange.AgentAppeared;
import dev.starling.swarms.SwarmChange.AgentChanged;
import dev.starling.swarms.SwarmChange.AgentGone;
import dev.starling.swarms.SwarmChange.TaskChanged;
import dev.starling.swarms.SwarmChange.TaskGone;
import dev.starling.swarms.SwarmFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the difference of two looks tells. */
class BooksTest {
  private final SwarmFigures figures = new SwarmFigures();
  private final List<SwarmChange> told = new ArrayList<>();
  private final AgentBook agents = new AgentBook(2, figures, told::add);
  private final TaskBook tasks = new TaskBook(2, figures, told::add);

  @Test
  void shouldTellOnlyOfAgentsThatAreDifferent() {
    assertThat(agents.listed(List.of(agent("a", "idle"), agent("b", "idle"))))
        .containsExactly("a", "b");
    told.clear();
    assertThat(agents.listed(List.of(agent("a", "busy"), agent("b", "idle")))).containsExactly("a");
    assertThat(told).containsExactly(new AgentChanged(agent("a", "idle"), agent("a", "busy")));
    told.clear();
    agents.listed(List.of(agent("b", "idle")));
    assertThat(told).containsExactly(new AgentGone(agent("a", "busy")));
  }

  @Test
  void shouldMarkAgentsWhoseServerIsAwayAndNotForgetThem() {
    agents.listed(List.of(agent("a", "idle")));
    agents.disconnected();
    agents.disconnected();
    assertThat(told).hasSize(2).last().isInstanceOf(AgentChanged.class);
    assertThat(agents.all()).singleElement().matches(one -> !one.isConnected());
    agents.listed(List.of(agent("a", "idle")));
    assertThat(agents.all()).singleElement().matches(AgentView::isConnected);
  }

  @Test
  void shouldKeepNoMoreAgentsThanItsBound() {
    agents.listed(List.of(agent("a", "idle"), agent("b", "idle"), agent("c", "idle")));
    assertThat(told).hasSize(2).allMatch(AgentAppeared.class::isInstance);
    assertThat(figures.leftOut()).isEqualTo(1);
  }

  @Test
  void shouldCountTheCallsAboutAnAgentThatWereSent() {
    agents.told(agent("a", "idle"));
    assertThat(agents.calls("a").errorRate()).isNull();
    agents.called("a", null);
    agents.called("a", new SwarmFailure(Kind.LATE, "late"));
    agents.called("a", new SwarmFailure(Kind.UNSUPPORTED, "not sent"));
    agents.called("b", null);
    assertThat(agents.calls("a")).isEqualTo(new AgentCalls(2, 1));
    assertThat(agents.calls("a").errorRate()).isEqualTo(0.5);
    assertThat(agents.calls("b")).isEqualTo(AgentCalls.NONE);
  }

  @Test
  void shouldKeepWhatAListLeavesOut() {
    tasks.told(task("{\"taskId\":\"1\",\"description\":\"find\",\"status\":\"pending\"}"));
    tasks.listed(List.of(task("{\"id\":\"1\",\"status\":\"running\",\"progress\":140}")));
    assertThat(tasks.all())
        .singleElement()
        .matches(one -> "find".equals(one.description()))
        .matches(one -> one.state() == TaskState.RUNNING)
        .matches(one -> Double.valueOf(100).equals(one.progress()));
  }

  @Test
  void shouldNameLiveTasksThatWereNotListed() {
    tasks.listed(List.of(task("1", "pending"), task("2", "completed")));
    assertThat(tasks.listed(List.of())).containsExactly("1");
    tasks.gone("1");
    assertThat(told).last().isEqualTo(new TaskGone(task("1", "pending")));
  }

  @Test
  void shouldForgetATaskThatIsOverForOneThatIsNot() {
    tasks.listed(List.of(task("1", "completed"), task("2", "pending")));
    assertThat(tasks.hasRoom()).isTrue();
    tasks.told(task("3", "pending"));
    assertThat(tasks.all()).extracting(TaskView::taskId).containsExactly("2", "3");
    assertThat(tasks.hasRoom()).isFalse();
    tasks.told(task("4", "pending"));
    assertThat(figures.leftOut()).isEqualTo(1);
    tasks.unfollowed("2");
    assertThat(tasks.hasRoom()).isTrue();
    assertThat(tasks.live()).containsExactly("3");
    assertThat(told).last().isInstanceOf(TaskChanged.class);
  }

  private static AgentView agent(String id, String status) {
    return required(AgentView.of(row("{\"id\":\"%s\",\"status\":\"%s\"}".formatted(id, status))));
  }

  private static TaskView task(String id, String status) {
    return task("{\"id\":\"%s\",\"status\":\"%s\"}".formatted(id, status));
  }

  private static TaskView task(String json) {
    return required(TaskView.of(row(json)));
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("no id");
    }
    return value;
  }

  private static Row row(String json) {
    try {
      return new Row(McpWiring.MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
