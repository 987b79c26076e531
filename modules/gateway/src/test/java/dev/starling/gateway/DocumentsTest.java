/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.auth.KeyRing;
import dev.starling.testkit.LocalMesh;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The documents have the routes and endpoints that a gateway serves, and no others. */
class DocumentsTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  /** Files lie under one route, which the document tells apart; a name in a path is written so. */
  private static String route(String path) {
    return path.startsWith("/client/") ? "/" : path.replaceAll("\\{(\\w+)}", ":$1");
  }

  private static Map<String, Map<String, Object>> section(String document, String name)
      throws Exception {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(1_000);
    try (InputStream file = DocumentsTest.class.getResourceAsStream(document)) {
      Map<String, Map<String, Map<String, Object>>> tree =
          new Yaml(new SafeConstructor(options)).load(file);
      return Objects.requireNonNull(tree.get(name), name);
    }
  }

  private static Set<String> described() throws Exception {
    Set<String> described = new TreeSet<>();
    section("openapi.yaml", "paths")
        .forEach((path, item) ->
            item.keySet().stream()
                .filter(METHODS::contains)
                .map(method -> method.toUpperCase(Locale.ROOT))
                .forEach(method -> described.add(method + " " + route(path))));
    return described;
  }

  /** What the routes say of themselves; HEAD goes with GET. */
  private static Set<String> served(Router routes) {
    return routes.getRoutes().stream()
        .filter(route -> route.methods() != null)
        .flatMap(DocumentsTest::served)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> served(Route route) {
    return route.methods().stream()
        .filter(method -> !method.equals(HttpMethod.HEAD))
        .map(method -> method.name() + " " + route.getPath());
  }

  private static Set<String> endpoints() {
    return Arrays.stream(Endpoint.values())
        .map(Endpoint::path)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void openApiHasEveryRouteAndNoOther() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      GatewayConfig config = TestGateway.config(1 << 20, 1 << 20, Duration.ofSeconds(30));
      GatewayVerticle verticle = gateway.start(config);
      Vertx vertx = gateway.mesh().vertx();
      PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      Authenticator authenticator = Authenticator.create(vertx, config.auth(), registry);
      KeyRing keys = LocalMesh.await(KeyRing.open(vertx, config.auth(), authenticator));
      Router routes = Router.router(vertx);

      verticle.mount(routes, new Access(authenticator, new GatewayMetrics(registry)), keys);

      Set<String> served = served(routes);
      endpoints().forEach(path -> served.add("GET " + path));
      assertThat(described()).isEqualTo(served);
    }
  }

  @Test
  void asyncApiHasEveryEndpointAndNoOther() throws Exception {
    Set<Object> addresses =
        section("asyncapi.yaml", "channels").values().stream()
            .map(channel -> channel.get("address"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(addresses).isEqualTo(endpoints());
  }
}
