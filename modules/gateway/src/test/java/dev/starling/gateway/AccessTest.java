/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.AuthConfig.Anonymous;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.auth.KeyRing;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TestTokens;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route of a node that needs tokens, over real HTTP. */
class AccessTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<String> ROUTES =
      List.of(
          "GET /api/mesh observe",
          "HEAD /api/mesh observe",
          "GET /metrics observe",
          "GET /api/agents observe",
          "GET /api/outcomes observe",
          "POST /api/outcomes emit",
          "POST /api/admin/keys/reload admin");

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;
  private static int open;

  @BeforeAll
  static void start() {
    gateway = new TestGateway();
    GatewayConfig plain = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    port =
        LocalMesh.await(
            gateway.start(TestGateway.config(plain, auth(Anonymous.REFUSE))).httpPort());
    open = openNode();
  }

  /** A node where nobody needs a token, with one route that takes tokens from the address. */
  private static int openNode() {
    AuthConfig config = auth(Anonymous.LOOPBACK);
    var vertx = gateway.mesh().vertx();
    Authenticator authenticator = Authenticator.create(vertx, config, gateway.metrics());
    LocalMesh.await(KeyRing.open(vertx, config, authenticator));
    Access access = new Access(authenticator, new GatewayMetrics(gateway.metrics()));
    Router routes = Router.router(vertx);
    routes
        .get("/stream")
        .handler(access.requireAlsoByQuery(Permission.OBSERVE))
        .handler(call -> call.end(Access.principal(call).owner()));
    routes
        .get("/admin")
        .handler(access.require(Permission.ADMIN))
        .handler(call -> call.end(Access.principal(call).owner()));
    return LocalMesh.await(vertx.createHttpServer().requestHandler(routes).listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    HTTP.close();
  }

  private static AuthConfig auth(Anonymous anonymous) {
    return new AuthConfig(
        false,
        anonymous,
        false,
        Optional.of(TestTokens.SECRET),
        Optional.empty(),
        Optional.empty(),
        Optional.of("house"),
        List.of("mesh"),
        Duration.ofSeconds(30),
        Permission.usual());
  }

  private static JsonObject claims(String... permissions) {
    return TestTokens.claims("alice")
        .put("iss", "house")
        .put("aud", "mesh")
        .put("permissions", new JsonArray(List.of(permissions)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpRequest.Builder to(int where, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + where + path));
  }

  private static HttpRequest.Builder call(String route) {
    String[] words = route.split(" ", -1);
    HttpRequest.Builder request = to(port, words[1]).header("Content-Type", "application/json");
    return switch (words[0]) {
      case "POST" -> request.POST(BodyPublishers.ofString("{}"));
      case "HEAD" -> request.HEAD();
      default -> request;
    };
  }

  private static HttpRequest.Builder with(String token, HttpRequest.Builder request) {
    return request.header("Authorization", "Bearer " + token);
  }

  private static JsonObject error(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error");
  }

  private static void assertUnauthorized(HttpResponse<String> answer, String reason) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate").orElse(""))
        .startsWith("Bearer realm=\"starling\"");
    if (!answer.body().isEmpty()) {
      assertThat(error(answer).getString("code")).isEqualTo("FORBIDDEN");
      assertThat(error(answer).getJsonObject("details").getString("reason")).isEqualTo(reason);
    }
  }

  static Stream<String> routes() {
    return ROUTES.stream();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldRefuseWhoHasNoToken(String route) {
    assertUnauthorized(send(call(route)), "no-token");
    assertUnauthorized(send(call(route).header("Authorization", "Basic YTpi")), "no-token");
    String[] words = route.split(" ", -1);
    String token = TestTokens.of(claims(words[2]));
    assertUnauthorized(send(call(words[0] + " " + words[1] + "?token=" + token)), "no-token");
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldRefuseWhoLacksThePermission(String route) {
    String needed = route.split(" ", -1)[2];
    String[] others =
        Stream.of(Permission.values())
            .map(Permission::word)
            .filter(word -> !word.equals(needed))
            .toArray(String[]::new);
    HttpResponse<String> answer = send(with(TestTokens.of(claims(others)), call(route)));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("www-authenticate"))
        .contains("Bearer realm=\"starling\", error=\"insufficient_scope\"");
    if (!answer.body().isEmpty()) {
      assertThat(error(answer).getString("code")).isEqualTo("FORBIDDEN");
      assertThat(error(answer).getJsonObject("details").getString("permission")).isEqualTo(needed);
      assertThat(error(answer).getString("message")).contains(needed);
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldLetThroughWhoHasThePermission(String route) {
    String token = TestTokens.of(claims(route.split(" ", -1)[2]));
    for (String scheme : List.of("Bearer ", "bearer  ", "BEARER ")) {
      HttpResponse<String> answer = send(call(route).header("Authorization", scheme + token));
      // An empty body is no outcome: that it is looked at says that the caller came through.
      assertThat(answer.statusCode()).isEqualTo(route.startsWith("POST /api/outcomes") ? 400 : 200);
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldRefuseTokensThatAreNotGood(String route) {
    String word = route.split(" ", -1)[2];
    JsonObject good = claims(word);
    String none = "eyJhbGciOiJub25lIn0." + TestTokens.of(good).split("\\.", -1)[1] + ".";
    String header = TestTokens.header("HS256").encode();
    String forged = TestTokens.hs256("another secret, as long as it is", header, good.encode());
    assertUnauthorized(send(with(none, call(route))), "algorithm");
    assertUnauthorized(send(with(forged, call(route))), "signature");
    assertUnauthorized(
        send(with(TestTokens.of(good.copy().put("exp", 1_700_000_000)), call(route))), "expired");
    assertUnauthorized(
        send(with(TestTokens.of(good.copy().put("aud", "others")), call(route))), "audience");
    assertUnauthorized(
        send(with(TestTokens.of(good.copy().put("iss", "others")), call(route))), "issuer");
    assertUnauthorized(send(with("", call(route))), "malformed");
    assertUnauthorized(send(with("a b", call(route))), "malformed");
    String token = TestTokens.of(good);
    assertUnauthorized(send(with(token, with(token, call(route)))), "malformed");
  }

  @Test
  void shouldNeedNoTokenForHealthAndFiles() {
    for (String path : List.of("/health/live", "/health/ready", "/")) {
      assertThat(send(to(port, path)).statusCode()).isIn(200, 503);
    }
    assertThat(send(to(port, "/no/such/thing")).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldAskForTokensBeforeTheFormOfABody() {
    HttpRequest.Builder plain = to(port, "/api/outcomes").POST(BodyPublishers.ofString("x"));
    assertThat(send(plain).statusCode()).isEqualTo(401);
    String token = TestTokens.of(claims("emit"));
    assertThat(send(with(token, plain)).statusCode()).isEqualTo(415);
  }

  @Test
  void shouldSayHowManyKeysWereRead() {
    HttpResponse<String> answer =
        send(with(TestTokens.of(claims("admin")), call("POST /api/admin/keys/reload")));
    assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject().put("keys", 1));
  }

  @Test
  void shouldTakeTokensFromTheAddressOnlyWhereARouteSaysSo() {
    String token = TestTokens.of(claims("observe", "admin"));
    assertThat(send(to(open, "/stream?token=" + token)).body()).isEqualTo("alice");
    assertThat(send(with(token, to(open, "/stream"))).body()).isEqualTo("alice");
    assertThat(send(to(open, "/admin?token=" + token)).statusCode()).isEqualTo(403);
    assertThat(send(with(token, to(open, "/admin"))).body()).isEqualTo("alice");
    assertUnauthorized(send(to(open, "/stream?token=nonsense")), "malformed");
  }

  @Test
  void shouldLetNobodyDoWithoutATokenWhatOnlyAnAdministratorMay() {
    assertThat(send(to(open, "/stream")).statusCode()).isEqualTo(200);
    assertThat(send(to(open, "/stream")).body()).isEmpty();
    assertThat(send(to(open, "/admin")).statusCode()).isEqualTo(403);
    assertUnauthorized(send(with("nonsense", to(open, "/stream"))), "malformed");
  }

  @Test
  void shouldCountWhatIsDenied() {
    double missing = gateway.count("starling.gateway.denied", "cause", "no-token");
    double lacking = gateway.count("starling.gateway.denied", "cause", "permission");
    send(to(port, "/metrics"));
    send(with(TestTokens.of(claims("emit")), to(port, "/metrics")));
    assertThat(gateway.count("starling.gateway.denied", "cause", "no-token"))
        .isEqualTo(missing + 1);
    assertThat(gateway.count("starling.gateway.denied", "cause", "permission"))
        .isEqualTo(lacking + 1);
  }
}
