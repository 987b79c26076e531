/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * An agent that tests pack into a jar for nodes to load: counts the words of a task's description,
 * says halfway that it is halfway, and takes a moment, or the {@code millis} of its input, so that
 * it has tasks when its node is lost.
 */
public final class WordCount extends Agent {
  static final String KIND = "word-count";
  private static final long MOMENT_MILLIS = 20;

  @Override
  protected AgentProfile profile() {
    return AgentProfile.of(KIND).can("counting").tasks(4);
  }

  @Override
  protected Future<JsonObject> onTask(Task task) {
    return vertx()
        .timer(task.input().getLong("millis", MOMENT_MILLIS))
        .map(half -> {
          progress(task, 50, "halfway");
          return JsonObject.of("words", task.description().split(" ").length);
        });
  }
}
