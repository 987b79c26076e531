/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmShutDown;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * REST of swarms, and the tool of MCP for them, on a whole gateway; the test plays the host and the
 * follower of the one swarm.
 */
class SwarmRoutesTest {
  private static final JsonObject REPORT = JsonObject.of("name", "flow", "state", "live");

  @SuppressWarnings("NullAway.Init")
  private static AgentScene scene;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<AgentsMessage> swarm;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    scene = new AgentScene();
    var mesh = scene.gateway().mesh();
    swarm =
        ScriptedRole.serve(mesh, "agents", Addresses.swarm(mesh.nodeId(), "flow"), asked -> null);
    scene.host().play(asked -> Future.succeededFuture(new Offer(List.of(), 0, 1, List.of("flow"))));
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  @BeforeEach
  void follow() {
    follows(true);
  }

  private static void follows(boolean isFollowed) {
    RawJson report = RawJson.of(REPORT.encode());
    swarm.play(asked -> Future.succeededFuture(new SwarmIs(isFollowed, report)));
  }

  private record Reply(int status, JsonObject body) {
    String code() {
      return body.getJsonObject("error").getString("code");
    }
  }

  private Reply send(String method, String path, String type, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + scene.port() + path))
            .header("content-type", type)
            .method(method, BodyPublishers.ofString(body));
    HttpResponse<String> answer = sent(request);
    return new Reply(answer.statusCode(), new JsonObject(answer.body()));
  }

  private HttpResponse<String> sent(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Reply send(String method, String path, String body) {
    return send(method, path, "application/json", body);
  }

  @Test
  void swarmsAreListedInShortAndShownWhole() {
    assertThat(send("GET", "/api/swarms", ""))
        .isEqualTo(
            new Reply(200, JsonObject.of("swarms", new JsonArray().add(REPORT), "partial", false)));
    assertThat(swarm.heard()).containsExactly(new SwarmQuery(false));
    assertThat(send("GET", "/api/swarms/flow", "")).isEqualTo(new Reply(200, REPORT));
    assertThat(swarm.heard()).contains(new SwarmQuery(true));
  }

  @Test
  void aSwarmIsStartedAsItIsAskedForOrElseAsUsual() {
    assertThat(send("POST", "/api/swarms", "{\"endpoint\": \"flow\"}"))
        .isEqualTo(new Reply(201, REPORT));
    assertThat(swarm.heard()).contains(new SwarmStart("mesh", 8, "balanced"));
    send(
        "POST",
        "/api/swarms",
        """
        {"endpoint": "flow", "topology": "ring", "maxAgents": 3, "strategy": "specialized"}
        """);
    assertThat(swarm.heard()).contains(new SwarmStart("ring", 3, "specialized"));
  }

  @Test
  void aServerIsTriedAnewAndASwarmShutDown() {
    assertThat(send("POST", "/api/swarms/flow/connect", "")).isEqualTo(new Reply(200, REPORT));
    assertThat(swarm.heard()).contains(new SwarmConnect());
    assertThat(send("DELETE", "/api/swarms/flow", "")).isEqualTo(new Reply(200, REPORT));
    assertThat(swarm.heard()).contains(new SwarmShutDown());
  }

  @Test
  void anUnknownSwarmIsNotFoundWhateverIsWantedOfIt() {
    for (Reply reply :
        List.of(
            send("GET", "/api/swarms/flood", ""),
            send("POST", "/api/swarms/flood/connect", ""),
            send("DELETE", "/api/swarms/flood", ""))) {
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.code()).isEqualTo("INVALID_MESSAGE");
      assertThat(reply.body().getJsonObject("error").getString("message"))
          .isEqualTo("swarm: expected the name of a swarm, one of flow, got flood");
    }
  }

  @Test
  void aSwarmThatNobodyFollowsIsShownButCannotBeToldAnything() {
    follows(false);
    assertThat(send("GET", "/api/swarms/flow", "").status()).isEqualTo(200);
    Reply reply = send("DELETE", "/api/swarms/flow", "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void whatTheFollowerRefusesIsRefused() {
    swarm.play(asked ->
        asked instanceof SwarmQuery
            ? Future.succeededFuture(new SwarmIs(true, RawJson.EMPTY_OBJECT))
            : Future.failedFuture(
                new RefusalException(ErrorCode.AGENT_NOT_FOUND, "the server has no swarm")));
    Reply reply = send("DELETE", "/api/swarms/flow", "");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.code()).isEqualTo("AGENT_NOT_FOUND");
  }

  @Test
  void aBodyThatIsNotAsItShouldBeIsRefused() {
    assertThat(send("POST", "/api/swarms", "[").code()).isEqualTo("INVALID_JSON");
    assertThat(send("POST", "/api/swarms", "").code()).isEqualTo("INVALID_JSON");
    Reply nameless = send("POST", "/api/swarms", "{\"topology\": \"ring\"}");
    assertThat(nameless.status()).isEqualTo(400);
    assertThat(nameless.body().getJsonObject("error").getJsonObject("details").getString("field"))
        .isEqualTo("endpoint");
    Reply unknown = send("POST", "/api/swarms", "{\"endpoint\": \"nope\"}");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body().getJsonObject("error").getString("message"))
        .isEqualTo("endpoint: expected the name of a swarm, one of flow, got nope");
    String many = "{\"endpoint\": \"flow\", \"maxAgents\": 1001}";
    assertThat(send("POST", "/api/swarms", many).code()).isEqualTo("INVALID_MESSAGE");
    assertThat(send("POST", "/api/swarms", "text/plain", "{}").status()).isEqualTo(415);
    assertThat(send("POST", "/api/swarms/flow/connect", "text/plain", "").status()).isEqualTo(415);
    assertThat(swarm.heard()).isEmpty();
  }

  /** What a tool of MCP gives or refuses, in a session of its own. */
  private JsonObject tool(JsonObject arguments) {
    HttpResponse<String> begun =
        mcp("", "initialize", JsonObject.of("protocolVersion", "2025-11-25"));
    String session = begun.headers().firstValue("mcp-session-id").orElseThrow();
    JsonObject call = JsonObject.of("name", "swarm_status", "arguments", arguments);
    return new JsonObject(mcp(session, "tools/call", call).body()).getJsonObject("result");
  }

  private HttpResponse<String> mcp(String session, String method, JsonObject params) {
    JsonObject message =
        JsonObject.of("jsonrpc", "2.0", "id", 1, "method", method, "params", params);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + scene.port() + "/mcp"))
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(message.encode()));
    return sent(session.isEmpty() ? request : request.header("mcp-session-id", session));
  }

  @Test
  void hostsOfMcpAreToldOfSwarmsInShortAndOfOneWhole() {
    JsonObject flow = JsonObject.of("swarms", new JsonArray().add(REPORT), "partial", false);
    assertThat(tool(new JsonObject()).getJsonObject("structuredContent")).isEqualTo(flow);
    assertThat(swarm.heard()).containsExactly(new SwarmQuery(false));
    assertThat(tool(JsonObject.of("swarm", "flow")).getJsonObject("structuredContent"))
        .isEqualTo(flow);
    assertThat(swarm.heard()).contains(new SwarmQuery(true));
    JsonObject refused = tool(JsonObject.of("swarm", "flood"));
    assertThat(refused.getBoolean("isError")).isTrue();
    assertThat(refused.getJsonArray("content").getJsonObject(0).getString("text"))
        .isEqualTo("INVALID_MESSAGE: swarm: expected the name of a swarm, one of flow, got flood");
  }
}
