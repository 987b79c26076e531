/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
import dev.starling.testkit.LocalMesh;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shortest paths as HTTP has them, from a simulator that the test plays on a real bus. */
@Timeout(60)
class PathRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final PrometheusMeterRegistry REGISTRY =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private static Mesh mesh;
  private static ScriptedRole<PhysicsMessage> physics;
  private static int port;

  @BeforeAll
  static void join() {
    mesh = LocalMesh.alone(REGISTRY, "gateway", "physics");
    physics =
        ScriptedRole.serve(
            mesh,
            "physics",
            Addresses.physics(mesh.nodeId()),
            ignored -> Future.succeededFuture(paths(1)));
    Router routes = Router.router(mesh.vertx());
    Authenticator everyone = Authenticator.create(mesh.vertx(), AuthConfig.OPEN, REGISTRY);
    Access access = new Access(everyone, new GatewayMetrics(REGISTRY));
    new PathRoutes(new Roles(mesh), access, new DocumentPlaces(List.of())).mount(routes);
    port =
        LocalMesh.await(
                mesh.vertx().createHttpServer().requestHandler(routes).listen(0, "127.0.0.1"))
            .actualPort();
  }

  @AfterAll
  static void leave() {
    LocalMesh.await(mesh.leave());
  }

  /** Every second slot has a node; every tenth of these cannot be reached. */
  private static Paths paths(int nodes) {
    float[] distances = new float[2 * nodes];
    int[] parents = new int[2 * nodes];
    for (int slot = 0; slot < 2 * nodes; slot++) {
      boolean isReached = slot % 20 != 4;
      distances[slot] = isReached ? slot / 3f : Float.POSITIVE_INFINITY;
      parents[slot] = isReached ? slot - 2 : -1;
    }
    int[] slots = IntStream.range(0, nodes).map(i -> 2 * i).toArray();
    return new Paths(slots, new PathColumns(1, 1, 0, distances, parents));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 4_096, 50_000, 300_000})
  void thePathsFromANodeComeWholeHoweverManyThereAre(int nodes) throws Exception {
    Paths paths = paths(nodes);
    physics.play(ignored -> Future.succeededFuture(paths));
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + "/api/analytics/pathfinding/sssp"))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString("{\"source\":0}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    JsonObject told = new JsonObject(answer.body());
    long lost = IntStream.of(paths.slots()).filter(slot -> slot % 20 == 4).count();
    assertThat(told.getInteger("source")).isZero();
    assertThat(told.getLong("nodesReached")).isEqualTo(nodes - lost);
    assertThat(told.getJsonArray("nodes")).hasSize(nodes);
    JsonArray distances = told.getJsonArray("distances");
    JsonArray parents = told.getJsonArray("parents");
    for (int i = 0; i < nodes; i++) {
      int slot = paths.slots()[i];
      assertThat(told.getJsonArray("nodes").getInteger(i)).isEqualTo(slot);
      assertThat(parents.getInteger(i)).isEqualTo(paths.columns().parent(slot));
      float distance = paths.columns().distance(slot);
      if (Float.isFinite(distance)) {
        assertThat(distances.getFloat(i)).isEqualTo(distance);
      } else {
        assertThat(distances.getValue(i)).isNull();
      }
    }
  }
}
