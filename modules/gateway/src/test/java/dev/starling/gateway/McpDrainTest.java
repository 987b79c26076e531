/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node that leaves the mesh while clients of {@code /mcp} wait for answers. */
class McpDrainTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Waits for an end that does not come. */
  private static @Nullable Future<? extends MeshMessage> answer(TaskMessage asked) {
    TaskQuery query = (TaskQuery) asked;
    TaskRequest request =
        new TaskRequest("wait", null, null, null, null, TaskPriority.HIGH, null, 1_000);
    return query.waitMillis() > 0
        ? Promise.<MeshMessage>promise().future()
        : Future.succeededFuture(new TaskIs(Task.of(query.taskId(), request, "", 1, 2)));
  }

  private static JsonObject content(CompletableFuture<HttpResponse<String>> answer) {
    return new JsonObject(answer.join().body())
        .getJsonObject("result")
        .getJsonObject("structuredContent");
  }

  @Test
  void whatWaitsIsAnsweredStreamsEndAndNobodyBegins() {
    try (TestGateway gateway = new TestGateway("gateway", "router", "tasks")) {
      String node = gateway.mesh().nodeId();
      ScriptedRouter router = ScriptedRouter.serve(gateway.mesh(), node);
      ScriptedRole<TaskMessage> tasks =
          ScriptedRole.serve(gateway.mesh(), "tasks", Addresses.tasks(node), McpDrainTest::answer);
      GatewayVerticle verticle =
          gateway.start(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)));
      int port = LocalMesh.await(verticle.httpPort());
      McpHttpClient client = new McpHttpClient(port, null).begin();
      client.register(
          "a", new JsonObject().put("agent_id", "a").put("fingerprint", new JsonArray().add(1)));
      JsonObject patience = new JsonObject().put("wait_ms", 20_000);
      JsonObject poll = client.call("outcome_poll", patience);
      CompletableFuture<HttpResponse<String>> outcomes = client.sending(poll);
      CompletableFuture<HttpResponse<String>> task =
          client.sending(client.call("task_status", patience.copy().put("task_id", "t")));
      JsonObject same = poll.copy().put("method", "ping");
      eventually(
          "both wait",
          PATIENCE,
          () -> client.post(same.encode()).body().contains("error") && !tasks.heard().isEmpty());
      try (Stream<String> lines = client.listen().body()) {
        LocalMesh.await(verticle.drain());
        assertThat(content(outcomes).getJsonArray("packets")).isEmpty();
        assertThat(content(task).getString("status")).isEqualTo("queued");
        assertThat(lines.filter(line -> line.startsWith("data"))).isEmpty();
      }
      assertThat(router.holder("a")).isEmpty();
      assertThat(client.status("ping")).isEqualTo(404);
      HttpResponse<String> late = new McpHttpClient(port, null).initialise("2025-11-25");
      assertThat(late.statusCode()).isEqualTo(503);
      assertThat(late.body()).contains("UNAVAILABLE", "go to another one");
    }
  }
}
