/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agents.AgentKind.Made;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.TextFingerprints;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.NodeInfo;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;

/** What the agents of a node share. The host's event loop only, but for {@link #onLoop}. */
final class HostServices {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Everybody was told by then that an agent did not start in time, and not that it was ended. */
  private static final Duration GIVEN_UP_BEFORE = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final Context context;
  private final AgentsConfig config;
  private final AgentsMetrics metrics;
  private final TextFingerprints texts;
  private final TaskReports reports;
  private final Duration startPatience;
  private final AgentMakers makers;
  private final BiConsumer<AgentHost, String> ousted;

  /**
   * Services of one node.
   *
   * @param startPatience how long an agent may take to start
   * @param ousted is given an agent that the mesh will not have, and why
   */
  HostServices(
      Mesh mesh,
      Context context,
      AgentsConfig config,
      AgentsMetrics metrics,
      Duration startPatience,
      BiConsumer<AgentHost, String> ousted) {
    this.mesh = mesh;
    this.context = context;
    this.config = config;
    this.metrics = metrics;
    this.ousted = ousted;
    this.texts = new TextFingerprints(mesh.bus(), mesh::view, PATIENCE);
    this.reports = new TaskReports(mesh);
    this.startPatience = startPatience;
    this.makers = new AgentMakers(context, startPatience.plus(GIVEN_UP_BEFORE));
  }

  Mesh mesh() {
    return mesh;
  }

  AgentsConfig config() {
    return config;
  }

  TextFingerprints texts() {
    return texts;
  }

  TaskReports reports() {
    return reports;
  }

  Counter failures() {
    return metrics.failures();
  }

  void dropped(int calls) {
    metrics.dropped(calls);
  }

  void ousted(AgentHost host, String why) {
    ousted.accept(host, why);
  }

  /** Runs work on the host's event loop; from any thread. */
  void onLoop(Runnable work) {
    context.runOnContext(turn -> work.run());
  }

  /** How long an agent may take to start. */
  Duration startPatience() {
    return startPatience;
  }

  /** Makes an agent. */
  Future<Made> make(AgentIdentity identity) {
    return makers
        .make(identity.kind())
        .map(made -> new Made(made.handle(), profile(identity, made.profile())));
  }

  /** What whoever spawned it says goes before what its author says. */
  private static AgentProfile profile(AgentIdentity identity, AgentProfile said) {
    String name = identity.name();
    AgentProfile named = name == null ? said : said.named(name);
    String about = identity.about();
    return about == null ? named : named.about(about);
  }

  void undeploy(String deployment) {
    Future<?> _ = mesh.vertx().undeploy(deployment);
  }

  /** Tells everybody who watches agents that one failed. */
  void publishFailure(String agentId, String reason) {
    Publish failure =
        Publish.agentFailure(
            "agent " + agentId + " failed: " + reason,
            Map.of("agentId", agentId, "reason", reason));
    for (NodeInfo node : mesh.view().running("gateway")) {
      mesh.bus().send(Addresses.gateway(node.id()), failure);
    }
  }
}
