/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.GatewayVerticle;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway whose other roles take every question of clients and answer none. */
class SocketTimeoutTest {
  private static final String[] ROLES = {
    "gateway", "router", "settings", "physics", "tasks", "voice", "embedder"
  };

  /** What clients ask, and the role that does not answer. */
  private static final Map<String, String> QUESTIONS =
      Map.ofEntries(
          entry("{'type':'settings','path':'test.value','value':1}", "settings"),
          entry(
              "{'type':'settings_batch','updates':[{'path':'test.value','value':1}]}", "settings"),
          entry("{'type':'graph_interaction','action':'node_pin','nodeId':1}", "physics"),
          entry("{'type':'agent_control','action':'pause','agentId':'a'}", "router"),
          entry("{'type':'task_submit','description':'knead'}", "tasks"),
          entry("{'type':'task_cancel','taskId':'t'}", "tasks"),
          entry("{'type':'voice_command','command':'help'}", "voice"),
          entry("{'type':'voice_start','sampleRate':16000}", "voice"),
          entry("{'type':'voice_stop'}", "voice"),
          entry("{'type':'query','fingerprint':[1,0]}", "router"),
          entry("{'type':'query','profile':'a baker'}", "embedder"),
          entry("{'type':'outcome','packet':{'payload':'p'}}", "router"));

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Mesh mesh = LocalMesh.alone(registry, ROLES);
  private final Vertx clients = Vertx.vertx();
  private int port;

  @BeforeEach
  void start() {
    String node = mesh.nodeId();
    LocalMesh.await(mesh.bus().serve(Addresses.router(node), SocketTimeoutTest::route));
    mesh.roleIs("router", State.SERVING);
    stayMute(Addresses.settings(node), "settings");
    stayMute(Addresses.physics(node), "physics");
    stayMute(Addresses.tasks(node), "tasks");
    stayMute(Addresses.voice(node), "voice");
    stayMute(Addresses.embedder(node), "embedder");
    GatewayVerticle gateway =
        new GatewayVerticle(mesh, InProcessNode.gatewayConfig(), registry, true);
    LocalMesh.await(mesh.vertx().deployVerticle(gateway));
    port = LocalMesh.await(gateway.httpPort());
  }

  @AfterEach
  void stop() {
    LocalMesh.await(clients.close());
    LocalMesh.await(mesh.leave());
  }

  /** A router that takes registrations and does nothing else. */
  private static Future<? extends MeshMessage> route(RouterMessage message) {
    return switch (message) {
      case Feed _ ->
          Future.succeededFuture(
              new FeedAck(true, System.nanoTime(), true, true, 0, List.of(), List.of()));
      case Claim _ -> Future.succeededFuture(new Claimed(1, null, 0, 0.75));
      default -> Promise.<MeshMessage>promise().future();
    };
  }

  private <Q extends MeshMessage> void stayMute(Address<Q> address, String role) {
    Future<? extends MeshMessage> never = Promise.<MeshMessage>promise().future();
    LocalMesh.await(mesh.bus().serve(address, question -> never));
    mesh.roleIs(role, State.SERVING);
  }

  @Test
  void anOperationThatIsNotAnsweredWithinFiveSecondsEndsByItsNameAndTheSessionLivesOn() {
    List<FlowClient> sessions = new ArrayList<>();
    List<JsonObject> questions =
        QUESTIONS.keySet().stream()
            .map(text -> new JsonObject(text.replace('\'', '"')).put("id", QUESTIONS.get(text)))
            .toList();
    long start = System.nanoTime();
    for (JsonObject question : questions) {
      FlowClient session = new FlowClient(QisClient.connect(clients, port, "/ws"));
      session.socket().register(null, 1, 0);
      session.socket().send(question);
      assertThat(session.events()).hasSize(4);
      sessions.add(session);
    }
    for (int i = 0; i < sessions.size(); i++) {
      JsonObject question = questions.get(i);
      JsonObject error = FlowClient.requireError(sessions.get(i).socket().next("error"), "TIMEOUT");
      String operation = question.getString("type");
      assertThat(error.getValue("id")).isEqualTo(question.getValue("id"));
      assertThat(error.getJsonObject("details").getString("operation")).isEqualTo(operation);
      assertThat(error.getJsonObject("details").getString("role"))
          .isEqualTo(question.getString("id"));
      assertThat(error.getString("message")).startsWith(operation + ": ");
      assertThat(sessions.get(i).events()).hasSize(4);
    }
    assertThat(System.nanoTime() - start).isGreaterThan(4_900_000_000L);
    sessions.forEach(FlowClient::close);
  }
}
