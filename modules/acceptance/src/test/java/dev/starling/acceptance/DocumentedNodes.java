/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.agent.examples.TextStatistics;
import dev.starling.gateway.auth.TokenSigner;
import dev.starling.testkit.AgentJar;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** The nodes that the examples of the documents are sent to. All of them need tokens. */
final class DocumentedNodes implements AutoCloseable {
  static final int MAX_MESSAGE = 64 * 1024;

  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Duration START = Duration.ofSeconds(60);
  private static final List<String> ALL =
      List.of("observe", "emit", "graph", "settings", "agents", "voice", "analytics", "admin");

  private final Vertx vertx = Vertx.vertx();
  private final DocumentedSwarm swarm;
  private final NodeProcess usual;
  private final NodeProcess lonely;
  private final NodeProcess waiting;
  private final int waitingPort;

  private DocumentedNodes(
      DocumentedSwarm swarm,
      NodeProcess usual,
      NodeProcess lonely,
      NodeProcess waiting,
      int waitingPort) {
    this.swarm = swarm;
    this.usual = usual;
    this.lonely = lonely;
    this.waiting = waiting;
    this.waitingPort = waitingPort;
  }

  /** A node with every role, one that is a gateway alone, and one that waits for the mesh. */
  static DocumentedNodes start(Path folder) throws IOException {
    String config =
        Files.writeString(folder.resolve("node.yaml"), configuration(examples(folder))).toString();
    Path key = Files.writeString(folder.resolve("key.pem"), publicKey());
    List<Integer> ports = FreePorts.some(4);
    DocumentedSwarm swarm = new DocumentedSwarm();
    Path swarms = Files.writeString(folder.resolve("swarms.json"), swarms(swarm, ports.getLast()));
    DocumentedNodes nodes =
        new DocumentedNodes(
            swarm,
            NodeProcess.start("--config", config, "--set", "swarms.file=" + swarms),
            NodeProcess.start(
                "--config", config, "--roles", "gateway", "--set", "auth.public-key-file=" + key),
            waiting(config, ports),
            ports.getFirst());
    nodes.usual.awaitReady();
    nodes.lonely.awaitReady();
    Files.writeString(key, "broken since");
    eventually("the waiting node answers", START, nodes::isWaiting);
    eventually("the swarms are followed", START, nodes::isFollowing);
    return nodes;
  }

  /** One to start, one in which nobody starts anything, and one whose server is away. */
  private static String swarms(DocumentedSwarm swarm, int nobody) {
    JsonObject server = JsonObject.of("port", swarm.port());
    JsonObject servers =
        JsonObject.of("flow", server, "calm", server, "away", JsonObject.of("port", nobody));
    return JsonObject.of("mcpServers", servers).encode();
  }

  private boolean isFollowing() {
    String token = "Authorization: Bearer " + token();
    String told =
        RawHttp.send(usual.httpPort(), "GET", "/api/swarms", "Host: localhost", token).body();
    return told.split("\"state\":\"live\"", -1).length == 3 && told.contains("\"back_off\"");
  }

  private static NodeProcess waiting(String config, List<Integer> ports) {
    return NodeProcess.run(
        "up",
        "--config",
        config,
        "--http-port",
        ports.get(0).toString(),
        "--agent-port",
        "0",
        "--cluster-port",
        ports.get(1).toString(),
        "--join",
        "127.0.0.1:" + ports.get(2),
        "--set",
        "limits.web.requests-per-minute=1");
  }

  private boolean isWaiting() {
    return RawHttp.send(waitingPort, "GET", "/health/ready", "Host: localhost").status() == 503;
  }

  private static String configuration(Path agents) {
    return String.join(
        "\n",
        "auth: {required: true, secret: " + SECRET + "}",
        "limits: {max-message: 64KiB, connections-per-address: 100}",
        "embedder: {kind: lexical}",
        "agents: {dir: " + agents + "}",
        "");
  }

  private static String publicKey() {
    try {
      byte[] key =
          KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
      String text = Base64.getMimeEncoder().encodeToString(key);
      return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The HTTP port of the node that an example names. */
  int httpPort(String node) {
    return switch (node) {
      case "usual" -> usual.httpPort();
      case "lonely" -> lonely.httpPort();
      case "waiting" -> waitingPort;
      default -> throw new IllegalArgumentException("no node is called " + node);
    };
  }

  /** A socket to the usual node: of its agents' port where the path is "/". */
  QisClient connect(String path, String query) {
    int port = path.equals("/") ? usual.agentPort() : usual.httpPort();
    return QisClient.connect(vertx, port, path + query);
  }

  /** A token of alice with all permissions. */
  static String token() {
    return token(ALL);
  }

  static String token(List<String> permissions) {
    return signed(SECRET, claims().put("permissions", new JsonArray(permissions)));
  }

  /** A token that an example describes in words. */
  static String token(String kind) {
    return switch (kind) {
      case "valid" -> signed(SECRET, claims().put("pubkey", "npub1alice"));
      case "forged" -> signed("x" + SECRET, claims());
      case "expired" -> signed(SECRET, claims().put("exp", Instant.now().getEpochSecond() - 3_600));
      case "of a stranger" -> signed(SECRET, claims().put("sub", "bob"));
      case "of another key holder" -> signed(SECRET, claims().put("pubkey", "npub1bob"));
      default -> throw new IllegalArgumentException("no token is " + kind);
    };
  }

  private static JsonObject claims() {
    return new JsonObject()
        .put("sub", "alice")
        .put("exp", Instant.now().getEpochSecond() + 3_600)
        .put("permissions", new JsonArray(ALL));
  }

  private static String signed(String secret, JsonObject claims) {
    return TokenSigner.ofSecret(secret).sign(claims, null);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    usual.close();
    lonely.close();
    waiting.close();
    swarm.close();
  }

  /** The agents of the example module, in a folder as {@code agents.dir} names one. */
  private static Path examples(Path folder) throws IOException {
    Path jars = Files.createDirectory(folder.resolve("agents"));
    AgentJar.of(TextStatistics.class, jars);
    return jars;
  }
}
