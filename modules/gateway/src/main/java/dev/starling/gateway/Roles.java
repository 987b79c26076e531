/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.AskAgain;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.Neighbours;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
import dev.starling.protocol.mesh.PhysicsMessage.PathsQuery;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.mesh.VoiceMessage;
import dev.starling.protocol.mesh.VoiceMessage.Command;
import dev.starling.protocol.mesh.VoiceMessage.Hush;
import dev.starling.protocol.mesh.VoiceMessage.Listen;
import dev.starling.protocol.mesh.VoiceMessage.Listening;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks the roles behind a client's messages. A role that is missing from the mesh is UNAVAILABLE,
 * by its name; one that does not answer within {@link #PATIENCE} is a TIMEOUT of what the client
 * wanted. Safe from any thread.
 */
final class Roles {
  /** How long an operation of a client may take. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String OPERATION = "operation";

  /** One keeper leads for all tasks. */
  private static final String TASKS = "tasks";

  /** After so long a keeper that does not say whether it took a task is asked again. */
  private static final Duration SUBMIT_AGAIN = Duration.ofSeconds(3);

  /** One simulator leads for the one graph. */
  static final String GRAPH = "graph";

  private final Mesh mesh;

  Roles(Mesh mesh) {
    this.mesh = mesh;
  }

  Future<Interacted> interact(Interact message) {
    return ask("graph_interaction", "physics", GRAPH, Addresses::physics, message);
  }

  /** A session that dragged a node is over; nobody answers. */
  void ended(SessionEnded message) {
    mesh.view().inLine("physics", GRAPH).stream()
        .findFirst()
        .ifPresent(leader -> mesh.bus().send(Addresses.physics(leader.id()), message));
  }

  Future<Path> path(String operation, PathQuery message) {
    return ask(operation, "physics", GRAPH, Addresses::physics, message);
  }

  Future<Neighbours> neighbours(String operation, NeighboursQuery message) {
    return ask(operation, "physics", GRAPH, Addresses::physics, message);
  }

  Future<Paths> paths(String operation, PathsQuery message) {
    return ask(operation, "physics", GRAPH, Addresses::physics, message);
  }

  /** Tells an agent to do something, at the node that holds it. */
  Future<Controlled> steer(String node, Steer message) {
    return mesh.bus()
        .request(Addresses.gateway(node), message, PATIENCE)
        .recover(failure -> Future.failedFuture(named("agent_control", "agents", failure)));
  }

  /** Asked again by the same id where the keeper does not answer or changes, so kept once. */
  Future<TaskIs> submit(Submit message) {
    return AskAgain.within(
        mesh, TASKS, PATIENCE, SUBMIT_AGAIN, time -> ask("task_submit", message, time));
  }

  Future<TaskIs> cancel(Cancel message) {
    return ask("task_cancel", message, PATIENCE);
  }

  /** Its answer may wait for the task's end; where the keeper changes meanwhile, at the next. */
  Future<TaskIs> task(String operation, TaskQuery message) {
    return message.waitMillis() == 0
        ? ask(operation, message, PATIENCE)
        : TaskWait.of(mesh, TASKS, message, (query, patience) -> ask(operation, query, patience));
  }

  Future<TasksPage> tasks(String operation, TasksQuery message) {
    return ask(operation, message, PATIENCE);
  }

  Future<Reported> report(Report message) {
    return ask("task_report", message, PATIENCE);
  }

  private <R extends TaskMessage, Q extends TaskMessage & Asks<R>> Future<R> ask(
      String operation, Q message, Duration patience) {
    return ask(operation, TASKS, TASKS, Addresses::tasks, message, patience);
  }

  Future<VoiceMessage.Response> command(Command message) {
    return ask("voice_command", "voice", message.session(), Addresses::voice, message);
  }

  Future<Listening> listen(Listen message) {
    return ask("voice_start", "voice", message.session(), Addresses::voice, message);
  }

  Future<Listening> hush(Hush message) {
    return ask("voice_stop", "voice", message.session(), Addresses::voice, message);
  }

  /**
   * Asks the node that answers for {@code key}, which is the same one on every gateway while the
   * mesh stays as it is.
   */
  private <R extends MeshMessage, Q extends MeshMessage & Asks<R>> Future<R> ask(
      String operation,
      String role,
      String key,
      Function<String, Address<? super Q>> address,
      Q message) {
    return ask(operation, role, key, address, message, PATIENCE);
  }

  private <R extends MeshMessage, Q extends MeshMessage & Asks<R>> Future<R> ask(
      String operation,
      String role,
      String key,
      Function<String, Address<? super Q>> address,
      Q message,
      Duration patience) {
    List<NodeInfo> line = mesh.view().inLine(role, key);
    if (line.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable(role, "no node of the mesh runs this role"));
    }
    return mesh.bus()
        .request(address.apply(line.getFirst().id()), message, patience)
        .recover(failure -> Future.failedFuture(named(operation, role, failure)));
  }

  /** What the bus says of an address is said of the role; what the role says for itself stays. */
  static Throwable named(String operation, String role, Throwable failure) {
    boolean isNameless =
        failure instanceof RefusalException refusal
            && refusal.code() == ErrorCode.UNAVAILABLE
            && refusal.details().isEmpty();
    return isNameless
        ? RefusalException.unavailable(role, "does not serve now; try again")
        : timed(operation, role, failure);
  }

  /** The same of a failure that has its words already, unless it is that nobody answered. */
  static Throwable timed(String operation, String role, Throwable failure) {
    return timed(operation, role, PATIENCE, failure);
  }

  /** The same of what was given up after another time. */
  static Throwable timed(String operation, String role, Duration patience, Throwable failure) {
    boolean isNameless =
        failure instanceof RefusalException refusal
            && refusal.code() == ErrorCode.TIMEOUT
            && !refusal.details().containsKey(OPERATION);
    return isNameless ? tooLate(operation, role, patience, (RefusalException) failure) : failure;
  }

  /** What else is known of it, such as that it was not even asked for, is said with it. */
  private static RefusalException tooLate(
      String operation, String role, Duration patience, RefusalException failure) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(OPERATION, operation);
    details.put("role", role);
    failure.details().forEach(details::putIfAbsent);
    String why =
        failure.details().isEmpty()
            ? role + " did not answer within " + patience.toSeconds() + " s"
            : failure.text();
    return new RefusalException(ErrorCode.TIMEOUT, operation + ": " + why, details);
  }
}
