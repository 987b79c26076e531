/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What several dialects read from answers alike. */
final class Answers {
  private Answers() {}

  static List<AgentView> agents(ToolAnswer answer) {
    return rows(answer, "agents").map(AgentView::of).filter(Objects::nonNull).toList();
  }

  static List<TaskView> tasks(ToolAnswer answer) {
    return rows(answer, "tasks").map(TaskView::of).filter(Objects::nonNull).toList();
  }

  /** An answer without the list is no empty list: what is known stays. */
  private static Stream<Row> rows(ToolAnswer answer, String field) {
    if (!answer.row().has(field)) {
      throw new SwarmFailure(Kind.GARBLED, "the server's answer has no list of " + field);
    }
    return answer.row().rows(field);
  }

  static AgentView agent(Row row) {
    return required(AgentView.of(row), "no id of an agent");
  }

  static TaskView task(ToolAnswer answer) {
    return required(TaskView.of(answer.row()), "no id of a task");
  }

  /** The swarm that a flat answer tells of. */
  static SwarmView swarm(Row row) {
    String id = required(row.text("swarmId", "id"), "no id of a swarm");
    return new SwarmView(
        id,
        row.text("status"),
        row.text("topology"),
        row.count("maxAgents"),
        row.count("agentCount"),
        row.count("taskCount"));
  }

  private static <T> T required(@Nullable T value, String otherwise) {
    if (value == null) {
      throw new SwarmFailure(Kind.GARBLED, "the server's answer has " + otherwise);
    }
    return value;
  }
}
