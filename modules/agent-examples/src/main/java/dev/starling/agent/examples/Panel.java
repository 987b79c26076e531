/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.examples;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Answer;
import dev.starling.agent.sdk.OnVirtualThread;
import dev.starling.agent.sdk.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Puts a question to the three agents that are most about it, and hands on what they answer. */
@OnVirtualThread
public final class Panel extends Agent {
  @Override
  protected AgentProfile profile() {
    return AgentProfile.of("panel")
        .about("asking several experts for their opinion")
        .can("delegation")
        .tasks(1);
  }

  @Override
  protected Future<JsonObject> onTask(Task task) {
    progress(task, 10, "asking");
    List<Answer> answers = Future.await(ask(task.description(), 3));
    JsonArray opinions = new JsonArray();
    for (Answer answer : answers) {
      JsonObject opinion = JsonObject.of("agent", answer.from().agentId());
      opinions.add(
          answer.isGiven()
              ? opinion.put("answer", answer.result())
              : opinion.put("failed", answer.reason()));
    }
    if (opinions.isEmpty()) {
      return Future.failedFuture("nobody who takes tasks is about " + task.description());
    }
    return Future.succeededFuture(JsonObject.of("opinions", opinions));
  }
}
