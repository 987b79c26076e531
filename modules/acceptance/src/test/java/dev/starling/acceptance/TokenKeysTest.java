/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys and tokens as an operator makes them, by {@code starling keys new} and {@code starling
 * token}, on a node that verifies them by a public key and by a key set, both of which are replaced
 * while it runs.
 */
class TokenKeysTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration COMMAND = Duration.ofSeconds(60);

  /** By name, the algorithm of each key that is made; tokens name the last two by that. */
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put("ed25519", "ed25519");
    KEYS.put("es256", "es256");
    KEYS.put("rs256", "rs256");
    KEYS.put("spring", "ed25519");
    KEYS.put("summer", "ed25519");
  }

  @TempDir private static Path folder;

  private static final Map<String, String> TOKENS = new HashMap<>();
  private static Vertx vertx;
  private static NodeProcess node;

  @BeforeAll
  static void makeKeysAndTokens() throws Exception {
    vertx = Vertx.vertx();
    Map<String, NodeProcess> made = new LinkedHashMap<>();
    for (Map.Entry<String, String> key : KEYS.entrySet()) {
      String out = Files.createDirectory(folder.resolve(key.getKey())).toString();
      made.put(
          key.getKey(),
          NodeProcess.run("keys", "new", "--algorithm", key.getValue(), "--out", out));
    }
    made.values().forEach(TokenKeysTest::succeeded);
    useKey("ed25519");
    useKeySet("spring");
    node =
        NodeProcess.start(
            "--set",
            "auth.required=true",
            "--set",
            "auth.public-key-file=" + publicKeyFile(),
            "--set",
            "auth.jwks-file=" + keySetFile());
    made.replaceAll((name, ended) -> NodeProcess.run(tokenCommand(name)));
    made.forEach((name, command) -> TOKENS.put(name, succeeded(command).getLast()));
    node.awaitReady();
  }

  @AfterAll
  static void stop() {
    node.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static String[] tokenCommand(String name) {
    String key = folder.resolve(name).resolve("starling-token-private.pem").toString();
    List<String> command =
        List.of("token", "--key-file", key, "--key-id", name, "--subject", "alice of " + name);
    boolean isInSet = name.equals("spring") || name.equals("summer");
    return isInSet
        ? command.toArray(String[]::new)
        : command.stream()
            .filter(word -> !word.equals("--key-id") && !word.equals(name))
            .toArray(String[]::new);
  }

  private static List<String> succeeded(NodeProcess command) {
    assertThat(command.exitCode(COMMAND)).as(command.output().toString()).isZero();
    command.close();
    return command.output();
  }

  private static Path publicKeyFile() {
    return folder.resolve("public.pem");
  }

  private static Path keySetFile() {
    return folder.resolve("keys.json");
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String publicKey(String name) throws IOException {
    return Files.readString(folder.resolve(name).resolve("starling-token-public.pem"));
  }

  private static void useKey(String name) throws IOException {
    replace(publicKeyFile(), publicKey(name));
  }

  private static void useKeySet(String... names) throws IOException, GeneralSecurityException {
    JsonArray keys = new JsonArray();
    for (String name : names) {
      keys.add(jwk(name).put("kid", name));
    }
    replace(keySetFile(), new JsonObject().put("keys", keys).encode());
  }

  /** A public key as RFC 7518 (6.2) and RFC 8037 (2) write it. */
  private static JsonObject jwk(String name) throws IOException, GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(publicKey(name).replaceAll("-----[^-]+-----", ""));
    if ("ed25519".equals(KEYS.get(name))) {
      byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
      return new JsonObject().put("kty", "OKP").put("crv", "Ed25519").put("x", base64(x));
    }
    var key =
        (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    byte[] point = Arrays.copyOfRange(der, der.length - 64, der.length);
    assertThat(key.getParams().getCurve().getField().getFieldSize()).isEqualTo(256);
    return new JsonObject()
        .put("kty", "EC")
        .put("crv", "P-256")
        .put("x", base64(Arrays.copyOf(point, 32)))
        .put("y", base64(Arrays.copyOfRange(point, 32, 64)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String tokenOf(String name) {
    return Optional.ofNullable(TOKENS.get(name)).orElseThrow();
  }

  private static Answer ask(String name) {
    return RawHttp.send(
        node.httpPort(),
        "GET",
        "/api/agents",
        "Host: 127.0.0.1",
        "Authorization: Bearer " + tokenOf(name));
  }

  private static void assertIsLetIn(String name) {
    eventually("REST takes the token of " + name, SOON, () -> ask(name).status() == 200);
    try (FlowClient console =
        new FlowClient(QisClient.connect(vertx, node.httpPort(), "/ws/voice"))) {
      JsonObject answer = console.show(tokenOf(name));
      assertThat(answer.getString("subject")).isEqualTo("alice of " + name);
    }
    try (RawWebSocket agent = RawWebSocket.connect(node.agentPort(), "/?token=" + tokenOf(name))) {
      agent.sendText("{\"type\":\"register\",\"fingerprint\":[1,0]}");
      assertThat(agent.readText()).startsWith("{\"type\":\"registered\"");
    }
  }

  private static void assertIsKeptOut(String name, String reason) {
    eventually("REST refuses the token of " + name, SOON, () -> ask(name).status() == 401);
    assertThat(ask(name).error().getJsonObject("details").getString("reason")).isEqualTo(reason);
    try (RawWebSocket socket = RawWebSocket.connect(node.httpPort(), "/ws")) {
      socket.sendText("{\"type\":\"auth\",\"token\":\"" + tokenOf(name) + "\"}");
      Frame close = socket.readClose();
      assertThat(close.closeCode()).isEqualTo(4000);
      assertThat(close.closeReason()).isEqualTo("authentication failed: " + reason);
    }
  }

  @Test
  void tokensOfEveryAlgorithmAreTakenWhereTheirPublicKeyIsTheNodes() throws IOException {
    for (String name : List.of("ed25519", "es256", "rs256")) {
      useKey(name);
      assertIsLetIn(name);
    }
    // The key set has a key of the algorithm of the first, but not that one.
    assertIsKeptOut("ed25519", "signature");
    assertIsKeptOut("es256", "algorithm");
  }

  @Test
  void keysOfASetAreToldApartByTheirNamesAndReplacedWhileSessionsLiveOn() throws Exception {
    useKey("rs256");
    assertIsLetIn("rs256");
    assertIsLetIn("spring");
    assertIsKeptOut("summer", "no-key");
    try (FlowClient session =
        new FlowClient(
            QisClient.connect(vertx, node.httpPort(), "/ws?token=" + tokenOf("spring")))) {
      useKeySet("spring", "summer");
      assertIsLetIn("summer");
      assertIsLetIn("spring");

      useKeySet("summer");
      assertIsKeptOut("spring", "no-key");
      assertIsLetIn("summer");
      assertThat(session.events()).hasSize(4);

      replace(keySetFile(), "{\"keys\":[]}");
      eventually(
          "the log says that the set cannot be used",
          SOON,
          () -> node.output().stream().anyMatch(line -> line.contains("the keys from before")));
      assertIsLetIn("summer");
      useKeySet("spring", "es256");
      assertIsLetIn("spring");
      assertIsLetIn("es256");
    }
  }
}
