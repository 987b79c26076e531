/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Ousted;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmShutDown;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Dismissed;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import java.util.ArrayList;
import java.util.List;

/** One of each message on hosted agents and tasks at least, with awkward values. */
final class AgentMessageSamples {
  private static final RawJson PACKET = RawJson.of("{\"outcome_id\":\"o\",\"é\":[1]}");
  private static final Fingerprint PRINT = new Fingerprint("é", new float[] {1, -0.5f});
  private static final TaskBrief BRIEF =
      new TaskBrief("t-1", 2, "Read é", PACKET, TaskPriority.HIGH, Long.MAX_VALUE);

  private AgentMessageSamples() {}

  static List<MeshMessage> all() {
    List<MeshMessage> all = new ArrayList<>();
    all.addAll(hosts());
    all.addAll(hosted());
    all.addAll(tasks());
    return all;
  }

  private static List<MeshMessage> hosts() {
    return List.of(
        new Control("é", ControlAction.RESTART, "subject"),
        new Controlled("é", "active"),
        new OfferQuery(),
        new Offer(List.of("coder", "é"), 3, 1000, List.of("flow", "é")),
        new Spawn("coder", "é", "pods that crash", "subject"),
        new Spawn("coder", null, null, ""),
        new Spawned("é"),
        new Incoming("é", PACKET, 0.875, Long.MIN_VALUE),
        new Ousted("é", "taken over"),
        new Perform("é", BRIEF),
        new Perform("", new TaskBrief("", 0, "", null, TaskPriority.LOW, 0)),
        new Desist("é", "t-1", 3, "it was cancelled"),
        new SwarmQuery(true),
        new SwarmStart("mesh", 6, "é"),
        new SwarmShutDown(),
        new SwarmConnect(),
        new SwarmIs(true, PACKET));
  }

  private static List<MeshMessage> hosted() {
    AgentIs status = new AgentIs("é", AgentLife.STARTING, PACKET);
    return List.of(
        new Enrol("é", "subject", PRINT, 0.8, true, PACKET, 3, true, "é"),
        new Enrol("", "", null, null, false, RawJson.EMPTY_OBJECT, 0, false, ""),
        new Enrolled("é", 0.75),
        new Dismiss("é"),
        new Dismissed(),
        new Emit("é", PACKET),
        status,
        new Steer("é", ControlAction.PAUSE, "subject"),
        new Assign("é", BRIEF),
        new Assigned(true),
        new Recall("é", "t-1", 2, "it was cancelled"));
  }

  private static List<MeshMessage> tasks() {
    TaskRequest request =
        new TaskRequest(
            "Read é", "a", "coder", "rust", PRINT, TaskPriority.CRITICAL, PACKET, 60_000);
    TaskRequest bare = new TaskRequest("x", null, null, null, null, TaskPriority.NORMAL, null, 0);
    Task task = Task.of("t-1", request, "subject", 5, 60_005);
    Task done = task.assigned("a", 7).progressed(12.5, "half").completed(PACKET, Long.MAX_VALUE);
    return List.of(
        new Submit("t-1", request, "subject"),
        new Submit("", bare, ""),
        new TaskQuery("t-1", 300),
        new Cancel("t-1", "subject"),
        new TaskIs(task),
        new TaskIs(done),
        new TaskIs(task.ended(TaskStatus.FAILED, "no room", 9)),
        new TasksQuery("t", 100, TaskStatus.QUEUED, "a"),
        new TasksQuery("", 1, null, null),
        new TasksPage(List.of(task, done), true),
        new TasksPage(List.of(), false),
        new Report("t-1", 2, "a", new TaskStep.Progress(50.0, "é")),
        new Report("t-1", 2, "a", new TaskStep.Progress(null, null)),
        new Report("t-1", 2, "a", new TaskStep.Completed(PACKET)),
        new Report("t-1", 2, "a", new TaskStep.Failed("é", true)),
        new Report("t-1", 2, "a", new TaskStep.Declined("é")),
        new Reported(false));
  }
}
