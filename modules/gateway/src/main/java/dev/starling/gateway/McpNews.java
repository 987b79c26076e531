/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.flow.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What the mesh's events mean for those who follow resources. Gateway's loop only. */
final class McpNews implements Events.Follower {
  private final McpVisits visits;
  private final McpTaskWatch watch;
  private final McpViews views;

  McpNews(McpVisits visits, McpTaskWatch watch, McpViews views) {
    this.visits = visits;
    this.watch = watch;
    this.views = views;
  }

  @Override
  public void happened(Event event, byte[] message) {
    switch (event) {
      case AGENT_STATUS -> agent(message);
      case TASK_PROGRESS -> task(message);
      case OUTCOME_ROUTED -> changed(McpViews.OUTCOMES);
      case SIMULATION_STATE -> {
        if (views.simulationIs(new JsonObject(Buffer.buffer(message)))) {
          changed(McpViews.GRAPH);
        }
      }
      case SYSTEM_EVENT -> changed(McpViews.AGENTS);
      case POSITIONS, GRAPH_UPDATE, GPU_ANALYTICS, ANOMALY_DETECTED, SETTINGS_UPDATED -> {}
    }
  }

  /** Failures of agents come as the same event, and name none in this way. */
  private void agent(byte[] message) {
    if (visits.size() == 0) {
      return;
    }
    String agentId = new JsonObject(Buffer.buffer(message)).getString("agentId");
    changed(McpViews.AGENTS);
    if (agentId != null) {
      changed(McpViews.agent(agentId));
    }
  }

  private void task(byte[] message) {
    if (visits.size() == 0 && watch.isIdle()) {
      return;
    }
    JsonObject progress = new JsonObject(Buffer.buffer(message));
    String taskId = progress.getString("taskId");
    if (taskId != null) {
      watch.progressed(taskId, progress);
      changed(McpViews.task(taskId));
    }
  }

  private void changed(String uri) {
    List.copyOf(visits.all()).forEach(visit -> visit.session().changed(uri));
  }
}
