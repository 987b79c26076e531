/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages to a node that answers nothing. */
class McpTurnsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final List<Integer> asked = new CopyOnWriteArrayList<>();
  private final List<Integer> given = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    answer.countDown();
    threads.close();
  }

  private void pass(JsonObject message, Duration left) {
    if (!left.isPositive()) {
      given.add(message.getInteger("id"));
      return;
    }
    asked.add(message.getInteger("id"));
    try {
      answer.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static JsonObject call(int id) {
    return new JsonObject().put("id", id).put("method", "tools/call");
  }

  @Test
  void whatWaitsBehindAnotherWaitsNoLongerThanIfItHadBeenFirst() throws Exception {
    McpTurns turns = new McpTurns(threads, Duration.ofMillis(100), this::pass);
    for (int id = 1; id <= 5; id++) {
      turns.take(call(id));
    }
    eventually("all others are given up", PATIENCE, () -> given.size() == 4);
    assertThat(given).containsExactlyInAnyOrder(2, 3, 4, 5);
    assertThat(asked).containsExactly(1);
  }
}
