/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.AgentContext;
import dev.starling.agent.sdk.Answer;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Peer;
import dev.starling.agent.sdk.Receipt;
import dev.starling.agent.sdk.Task;
import dev.starling.fabric.Addresses;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.qis.OutcomeEnvelope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The mesh as an agent of this node sees it. The agent's context only. */
final class HostedContext implements AgentContext {
  private static final Duration PATIENCE = Duration.ofSeconds(6);
  private static final int MOST_PEERS = 1_000;

  private final Vertx vertx;
  private final String agentId;
  private final AgentHost host;
  private final HostServices services;
  private final AgentMeter meter;
  private final Questions questions;

  HostedContext(
      Vertx vertx, String agentId, AgentHost host, HostServices services, AgentMeter meter) {
    this.vertx = vertx;
    this.agentId = agentId;
    this.host = host;
    this.services = services;
    this.meter = meter;
    this.questions = new Questions(services.mesh(), services.reports(), agentId);
  }

  @Override
  public String agentId() {
    return agentId;
  }

  @Override
  public double threshold() {
    return host.threshold();
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public Future<Receipt> emit(Emission emission) {
    return packet(emission)
        .compose(packet ->
            services
                .mesh()
                .bus()
                .request(
                    Addresses.gateway(services.mesh().nodeId()),
                    new Emit(agentId, RawJson.of(packet.encode())),
                    PATIENCE))
        .map(this::receipt);
  }

  private Receipt receipt(Routed routed) {
    meter.responded();
    return new Receipt(
        routed.outcomeId(),
        routed.status().name().toLowerCase(Locale.ROOT),
        routed.routedTo(),
        routed.partial());
  }

  private Future<JsonObject> packet(Emission emission) {
    JsonObject packet = emission.packet();
    String about = emission.about();
    if (about == null || about.isBlank() || emission.fingerprint() != null) {
      return Future.succeededFuture(packet);
    }
    return services
        .texts()
        .of(about)
        .map(found -> {
          JsonArray numbers = new JsonArray();
          for (float value : found.values()) {
            numbers.add(value);
          }
          return packet.put("space", found.space()).put("fingerprint", numbers);
        });
  }

  @Override
  public void progress(Task task, double percent, String message) {
    services.onLoop(() -> host.progressed(task, percent, message));
  }

  @Override
  public void backedBy(String what) {
    services.onLoop(() -> host.backedBy(what));
  }

  @Override
  public Future<List<Peer>> similar(int most) {
    Fingerprint mine = host.fingerprint();
    return mine == null
        ? Future.failedFuture(
            new IllegalStateException("agent " + agentId + " is about nothing of its own"))
        : similar(mine, most);
  }

  @Override
  public Future<List<Peer>> similar(String text, int most) {
    return services.texts().of(text).compose(found -> similar(found, most));
  }

  private Future<List<Peer>> similar(Fingerprint fingerprint, int most) {
    List<NodeInfo> line = services.mesh().view().inLine("router", agentId);
    if (line.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable("router", "no node of the mesh runs this role"));
    }
    int limit = Math.clamp(most, 1, MOST_PEERS - 1) + 1;
    return services
        .mesh()
        .bus()
        .request(
            Addresses.router(line.getFirst().id()), new SimilarQuery(fingerprint, limit), PATIENCE)
        .map(found ->
            found.agents().stream()
                .filter(agent -> !agent.agentId().equals(agentId))
                .limit(most)
                .map(
                    agent -> new Peer(agent.agentId(), OutcomeEnvelope.rounded(agent.similarity())))
                .toList());
  }

  @Override
  public Future<List<Answer>> ask(String question, int most) {
    return similar(question, Math.min(MOST_PEERS - 1, Math.multiplyExact(4, most)))
        .compose(peers -> questions.ask(peers, question, most));
  }

  @Override
  public Future<Answer> ask(Peer peer, String question) {
    return questions.ask(peer, question);
  }
}
