/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Leadership;
import dev.starling.fabric.LeadershipListener;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node says of a role that one node leads, over real HTTP. */
class LeadersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway("gateway", "router", "physics");
    port =
        LocalMesh.await(
            gateway.start(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1))).httpPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    HTTP.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static JsonObject leaders() throws Exception {
    return new JsonObject(get("/api/mesh").body()).getJsonObject("leaders");
  }

  /** Says how the role is, as a role does. */
  private static LeadershipListener role(Mesh mesh) {
    return new LeadershipListener() {
      @Override
      public void leads(long term) {
        mesh.roleIs("physics", State.SERVING);
      }

      @Override
      public void leadsNoMore(long term) {
        mesh.roleIs("physics", State.STANDBY);
      }
    };
  }

  @Test
  void aNodeIsReadyWhereARoleOfItsStandsByAndTheMeshNamesTheLeader() throws Exception {
    Mesh mesh = gateway.mesh();
    eventually(
        "it lacks only the role", PATIENCE, () -> missing().encode().equals("[\"physics\"]"));
    mesh.roleIs("physics", State.STANDBY);
    eventually("it is ready", PATIENCE, () -> get("/health/ready").statusCode() == 200);
    assertThat(missing()).isEmpty();
    assertThat(leaders()).isEmpty();

    Leadership leadership =
        mesh.leadership("physics", mesh.vertx().getOrCreateContext(), role(mesh));
    eventually("it leads", PATIENCE, () -> mesh.view().me().serves("physics"));
    assertThat(leaders().getJsonObject("physics"))
        .isEqualTo(
            new JsonObject().put("node", mesh.nodeId()).put("term", leadership.term().getAsLong()));

    LocalMesh.await(leadership.resign());
    eventually("it drains", PATIENCE, () -> get("/health/ready").statusCode() == 503);
    assertThat(leaders()).isEmpty();
  }

  private static JsonArray missing() throws Exception {
    return new JsonObject(get("/health/ready").body()).getJsonArray("missing");
  }
}
