/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.mcp.McpCall;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls that wait for a task and whose clients want to hear how far it is; no more than calls that
 * run. Gateway's loop only.
 */
final class McpTaskWatch {
  private final Map<String, List<Watcher>> watchers = new HashMap<>();

  private static final class Watcher {
    private final McpCall call;
    private double told = -1;

    private Watcher(McpCall call) {
      this.call = call;
    }

    /** Progress is only ever told that is further than before. */
    private void tell(double percent, JsonObject progress) {
      if (percent > told) {
        told = percent;
        call.progress(percent, progress.getString("message"));
      }
    }
  }

  /** Whether anybody waits for any task. */
  boolean isIdle() {
    return watchers.isEmpty();
  }

  /** Tells a client of a task until what is called here is. */
  Runnable watch(String taskId, McpCall call) {
    Watcher watcher = new Watcher(call);
    watchers.computeIfAbsent(taskId, id -> new ArrayList<>()).add(watcher);
    return () ->
        watchers.computeIfPresent(
            taskId,
            (id, all) -> {
              all.remove(watcher);
              return all.isEmpty() ? null : all;
            });
  }

  /** A task came on; {@code progress} is what sockets are told. */
  void progressed(String taskId, JsonObject progress) {
    Number percent = progress.getNumber("progress");
    if (percent != null) {
      watchers
          .getOrDefault(taskId, List.of())
          .forEach(watcher -> watcher.tell(percent.doubleValue(), progress));
    }
  }
}
