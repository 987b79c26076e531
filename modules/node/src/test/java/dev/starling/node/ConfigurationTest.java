/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agents.AgentsConfig;
import dev.starling.embedding.EmbedderConfig;
import dev.starling.fabric.ClusterConfig;
import dev.starling.gateway.EndpointLimits;
import dev.starling.gateway.GatewayConfig;
import dev.starling.gateway.HttpAccess;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.physics.PhysicsConfig;
import dev.starling.router.RouterConfig;
import dev.starling.tasks.TasksConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
  private static final String NAME = "node.name=n";
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** A value of each key that is not its default, and what must be set beside it. */
  private static final Map<String, String> CHANGES =
      Map.ofEntries(
          Map.entry("node.name", "other"),
          Map.entry("node.data", "/tmp"),
          Map.entry("node.roles", "router"),
          Map.entry("node.drain-timeout", "9s"),
          Map.entry("http.host", "localhost"),
          Map.entry("http.port", "0"),
          Map.entry("http.agent-port", "65535"),
          Map.entry("http.allowed-hosts", "Mesh.example, [fd00::1]"),
          Map.entry("http.allowed-origins", "https://app.example:8443, null"),
          Map.entry("http.trusted-proxies", "10.0.0.7, fd00::/8"),
          Map.entry("http.request-timeout", "10m"),
          Map.entry("http.event-loops", "64"),
          Map.entry("cluster.port", "5801"),
          Map.entry("cluster.bus-port", "5900"),
          Map.entry("cluster.host", "localhost"),
          Map.entry("cluster.public-host", "node-1.example"),
          Map.entry("cluster.join", "127.0.0.1:5801, [::1]:5802"),
          Map.entry("cluster.name", "flock"),
          Map.entry("cluster.secret", "s"),
          Map.entry("cluster.heartbeat-interval", "2s"),
          Map.entry("cluster.heartbeat-timeout", "10m"),
          Map.entry("cluster.merge-delay", "1s"),
          Map.entry("cluster.peer-queue", "1GiB"),
          Map.entry("router.similarity-threshold", "1"),
          Map.entry("router.space-thresholds", "docs=0.9,img=0.5"),
          Map.entry("router.max-agents", "10000000"),
          Map.entry("router.max-backlog", "1"),
          Map.entry("router.dedupe-window", "1h"),
          Map.entry("router.dedupe-entries", "1"),
          Map.entry("router.max-hops", "1000"),
          Map.entry("router.recent-outcomes", "1"),
          Map.entry("router.kernels", "scalar"),
          Map.entry("physics.max-nodes", "1"),
          Map.entry("physics.max-edges", "10000000"),
          Map.entry("physics.max-sources", "1000"),
          Map.entry("physics.max-document", "1KiB"),
          Map.entry("physics.rate", "1"),
          Map.entry("physics.threads", "64"),
          Map.entry("physics.seed", "0"),
          Map.entry("embedder.kind", "lexical"),
          Map.entry("embedder.threshold", "0.9"),
          Map.entry("embedder.threads", "2"),
          Map.entry("embedder.cache", "0B"),
          Map.entry("embedder.max-backlog", "1"),
          Map.entry("embedder.url", "https://other.example/v1/embeddings"),
          Map.entry("embedder.model", "other"),
          Map.entry("embedder.dimension", "4096"),
          Map.entry("embedder.space", "other"),
          Map.entry("embedder.secret", "s"),
          Map.entry("embedder.timeout", "100ms"),
          Map.entry("agents.dir", "/tmp"),
          Map.entry("agents.max", "1"),
          Map.entry("agents.inbox", "1"),
          Map.entry("agents.start", "coder, panel"),
          Map.entry("agents.model.url", "https://other.example/v1"),
          Map.entry("agents.model.name", "other"),
          Map.entry("agents.model.secret", "s"),
          Map.entry("agents.model.timeout", "5m"),
          Map.entry("agents.model.calls", "64"),
          Map.entry("agents.model.tokens", "16"),
          Map.entry("tasks.max", "1"),
          Map.entry("tasks.memory", "1MiB"),
          Map.entry("tasks.keep", "1s"),
          Map.entry("tasks.timeout", "168h"),
          Map.entry("tasks.attempts", "100"),
          Map.entry("limits.max-message", "1GiB"),
          Map.entry("limits.max-pending", "1"),
          Map.entry("limits.messages-per-minute", "10000000"),
          Map.entry("limits.subscriptions", "1"),
          Map.entry("limits.unauthenticated", "5m"),
          Map.entry("limits.outcome-queue", "16KiB"),
          Map.entry("limits.control-queue", "16KiB"),
          Map.entry("limits.malformed-per-minute", "1"),
          Map.entry("limits.connections-per-address", "100000"),
          Map.entry("limits.web.connections-per-address", "1"),
          Map.entry("limits.web.messages-per-minute", "1"),
          Map.entry("limits.web.max-message", "1KiB"),
          Map.entry("limits.web.max-pending", "65536"),
          Map.entry("limits.web.outcome-queue", "1GiB"),
          Map.entry("limits.web.control-queue", "1GiB"),
          Map.entry("limits.web.malformed-per-minute", "100000"),
          Map.entry("limits.web.subscriptions", "9"),
          Map.entry("limits.web.unauthenticated", "100ms"),
          Map.entry("limits.web.requests-per-minute", "1"),
          Map.entry("limits.agent.connections-per-address", "1"),
          Map.entry("limits.agent.messages-per-minute", "1"),
          Map.entry("limits.agent.max-message", "1KiB"),
          Map.entry("limits.agent.max-pending", "65536"),
          Map.entry("limits.agent.outcome-queue", "1GiB"),
          Map.entry("limits.agent.control-queue", "1GiB"),
          Map.entry("limits.agent.malformed-per-minute", "100000"),
          Map.entry("limits.agent.subscriptions", "9"),
          Map.entry("limits.agent.unauthenticated", "100ms"),
          Map.entry("heartbeat.interval", "1s"),
          Map.entry("heartbeat.timeout", "1h"),
          Map.entry("auth.required", "true"),
          Map.entry("auth.anonymous", "allow"),
          Map.entry("auth.secret", SECRET),
          Map.entry("auth.issuer", "me"),
          Map.entry("auth.audience", "a, b"),
          Map.entry("auth.leeway", "0ms"),
          Map.entry("auth.default-permissions", "observe"),
          Map.entry("log.level", "debug"),
          Map.entry("log.format", "json"));

  private static final Set<String> HTTP_TLS =
      Set.of("http.tls-key-file", "http.tls-certificate-file");

  /** What must be set beside a key, so that its change is no mistake. */
  private static final Map<String, String> BESIDE =
      Map.of(
          "cluster.bus-port",
          "cluster.port=5801",
          "auth.required",
          "auth.secret=" + SECRET,
          "http.allowed-hosts",
          "auth.anonymous=allow",
          "http.trusted-proxies",
          "auth.anonymous=allow");

  private static final Set<String> TLS =
      Set.of("cluster.tls-key-file", "cluster.tls-certificate-file", "cluster.tls-authority-file");

  private static final Set<String> KEY_FILES = Set.of("auth.public-key-file", "auth.jwks-file");

  /** An embedder that is a service, which needs most of its keys. */
  private static final String[] SERVICE = {
    "embedder.kind=http",
    "embedder.url=http://127.0.0.1:9/v1/embeddings",
    "embedder.model=m",
    "embedder.dimension=3",
    "embedder.threshold=0.5"
  };

  private static final Set<String> OF_A_SERVICE =
      Set.of(
          "embedder.url",
          "embedder.model",
          "embedder.dimension",
          "embedder.space",
          "embedder.secret",
          "embedder.secret-file",
          "embedder.timeout");

  /** A language model, without which its other keys say nothing. */
  private static final String[] MODEL = {
    "agents.model.url=http://127.0.0.1:9/v1", "agents.model.name=m"
  };

  @TempDir private Path folder;

  @Test
  void shouldHaveTheDefaultsOfTheFile() {
    assertThat(sets(NAME))
        .isEqualTo(
            new NodeConfig(
                "n",
                Optional.empty(),
                Set.of(Role.values()),
                Duration.ofSeconds(8),
                new ClusterConfig(
                    Optional.empty(),
                    0,
                    "127.0.0.1",
                    Optional.empty(),
                    List.of(),
                    "starling",
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    64 << 20,
                    Optional.empty()),
                new RouterConfig(
                    0.75,
                    Map.of(),
                    1_000_000,
                    10_000,
                    Duration.ofMinutes(2),
                    100_000,
                    8,
                    1000,
                    RouterConfig.Kernels.AUTO),
                new PhysicsConfig(
                    1_000_000,
                    4_000_000,
                    16,
                    256 << 20,
                    60,
                    Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 64),
                    1,
                    Optional.empty()),
                new EmbedderConfig(new EmbedderConfig.Sentence(1, Optional.empty()), 8 << 20, 1000),
                new AgentsConfig(
                    Optional.empty(), 1_000, 1_000, List.of(), List.of(), Optional.empty()),
                List.of(),
                new TasksConfig(
                    100_000, 128L << 20, Duration.ofHours(1), Duration.ofMinutes(10), 3),
                new GatewayConfig(
                    "127.0.0.1",
                    3030,
                    8765,
                    Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 64),
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(75),
                    new HttpAccess(
                        List.of(),
                        List.of(),
                        List.of(),
                        Duration.ofSeconds(30),
                        6000,
                        Optional.empty()),
                    limits(10, 1_000),
                    limits(1_000, 60_000),
                    AuthConfig.OPEN),
                new NodeConfig.Log(NodeConfig.Log.Level.INFO, NodeConfig.Log.Format.TEXT)));
  }

  private static EndpointLimits limits(int connections, int messages) {
    return new EndpointLimits(
        connections, messages, 10 << 20, 256, 4 << 20, 1 << 20, 20, 10, Duration.ofSeconds(5));
  }

  @Test
  void shouldNameANodeThatHasNoName() {
    assertThat(sets().name()).matches("node-[0-9a-f]{6}").isNotEqualTo(sets().name());
  }

  static Stream<String> keys() {
    return Schema.builtIn().defaults().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldMapEveryKey(String key) throws IOException {
    for (Set<String> together : List.of(TLS, HTTP_TLS)) {
      if (together.contains(key)) {
        Path other = Files.writeString(folder.resolve("other.pem"), "x");
        String[] pem = files(together);
        String[] changed = files(together);
        changed[sorted(together).indexOf(key)] = key + "=" + other;
        assertThat(sets(with(changed, NAME))).isNotEqualTo(sets(with(pem, NAME)));
        return;
      }
    }
    if (KEY_FILES.contains(key)) {
      String file = key.contains("jwks") ? TestKeys.jwks(folder) : TestKeys.publicKey(folder);
      assertThat(sets(NAME, key + "=" + file)).isNotEqualTo(sets(NAME));
      return;
    }
    if (key.endsWith("secret-file")) {
      Path file = Files.writeString(folder.resolve("key"), "x\n");
      String[] unchanged = unchanged(key);
      assertThat(sets(with(unchanged, key + "=" + file))).isNotEqualTo(sets(unchanged));
      return;
    }
    if (key.equals("swarms.file")) {
      Path file = folder.resolve("swarms.json");
      Files.writeString(file, "{\"mcpServers\": {\"flow\": {\"port\": 9500}}}");
      assertThat(sets(NAME, key + "=" + file)).isNotEqualTo(sets(NAME));
      return;
    }
    assertThat(CHANGES).containsKey(key);
    String[] unchanged = unchanged(key);
    String[] changed = Arrays.copyOf(unchanged, unchanged.length + 1);
    changed[unchanged.length] = key + "=" + CHANGES.get(key);
    assertThat(sets(changed)).isNotEqualTo(sets(unchanged));
  }

  private static String[] unchanged(String key) {
    if (OF_A_SERVICE.contains(key)) {
      return with(SERVICE, NAME);
    }
    if (key.startsWith("agents.model.")) {
      return with(MODEL, NAME);
    }
    String beside = BESIDE.getOrDefault(key, "");
    return beside.isEmpty() ? new String[] {NAME} : new String[] {NAME, beside};
  }

  @Test
  void shouldReadEveryKeyAndSayItsRangeInTheFile() throws IOException {
    Settings settings = Layers.merge(Schema.builtIn(), ConfigSources.NONE);
    new NodeConfigReader(settings).read();
    assertThat(settings.expectations()).containsOnlyKeys(keys().toList());
    Map<String, String> comments = comments();
    settings
        .expectations()
        .forEach((key, expected) -> {
          String range =
              expected.replaceFirst("(a whole number|a duration like 5s|a size like 10MiB), ", "");
          if (!range.startsWith("a ")) {
            Pattern.compile(", | or ")
                .splitAsStream(range)
                .forEach(word -> assertThat(comment(comments, key)).as(key).contains(word));
          }
        });
  }

  /** What a limit of one group of endpoints may be stands where it is set for both. */
  private static @Nullable String comment(Map<String, String> comments, String key) {
    String ofBoth = key.replaceFirst("^limits\\.(web|agent)\\.", "limits.");
    return comments.getOrDefault(ofBoth, comments.get(key));
  }

  @Test
  void shouldTakePartsOfAMapFromSeveralSources() throws IOException {
    Path file = file("router: {space-thresholds: {docs: 0.8, img: 0.5}}");
    var sources =
        new ConfigSources(
            List.of(file),
            Map.of("STARLING_ROUTER_SPACE_THRESHOLDS", "img=0.6"),
            List.of("router.space-thresholds.384=0.9"),
            List.of());
    assertThat(Configuration.load(sources).node().router().spaceThresholds())
        .isEqualTo(Map.of("docs", 0.8, "img", 0.6, "384", 0.9));
  }

  @Test
  void shouldLetTheLaterSourceWin() throws IOException {
    Path first = file("router: {max-hops: 2, max-agents: 2, max-backlog: 2, recent-outcomes: 2}");
    Path second = file("router.max-agents: 3\nrouter:\n  max-backlog: 3\n  recent-outcomes: 3\n");
    var sources =
        new ConfigSources(
            List.of(first, second),
            Map.of("STARLING_ROUTER_MAX_BACKLOG", "4", "STARLING_ROUTER_RECENT_OUTCOMES", "4"),
            List.of("router.recent-outcomes=5", "http.port=5"),
            List.of(new ConfigSources.Option("--http-port", "http.port", "6")));
    Configuration configuration = Configuration.load(sources);
    RouterConfig router = configuration.node().router();
    assertThat(router.maxHops()).isEqualTo(2);
    assertThat(router.maxAgents()).isEqualTo(3);
    assertThat(router.maxBacklog()).isEqualTo(4);
    assertThat(router.recentOutcomes()).isEqualTo(5);
    assertThat(configuration.node().gateway().httpPort()).isEqualTo(6);
    assertThat(shown(configuration, "router.max-agents").origin()).isEqualTo(second + ":1");
    assertThat(shown(configuration, "http.port").origin()).isEqualTo("--http-port");
  }

  @Test
  void shouldGiveEveryKeyAVariableOfItsOwn() {
    assertThat(keys().map(Schema::variable)).doesNotHaveDuplicates();
    assertThat(environment("STARLING_ROUTER_SIMILARITY_THRESHOLD", "0.5"))
        .extracting(config -> config.router().similarityThreshold())
        .isEqualTo(0.5);
    assertThat(environment("STARLING_DATA", "/tmp").data()).contains(Path.of("/tmp"));
    assertThat(environment("STARLING_JAVA_HOME", "/x").data()).isEmpty();
    assertThat(environment("STARLING_JAVA_OPTS", "-Xmx1g").data()).isEmpty();
    assertThat(environment("STARLING_HTTP_PORT", "").gateway().httpPort()).isEqualTo(3030);
    assertThatThrownBy(() -> environment("STARLING_ROUTER_SIMILARTY_TRESHOLD", "0.5"))
        .hasMessage(
            "unknown variable STARLING_ROUTER_SIMILARTY_TRESHOLD in the environment,"
                + " did you mean STARLING_ROUTER_SIMILARITY_THRESHOLD?");
  }

  @Test
  void shouldNotGuessWhereNothingIsNear() {
    assertThatThrownBy(() -> environment("STARLING_FOO", "1"))
        .hasMessage(
            "unknown variable STARLING_FOO in the environment,"
                + " all with this prefix are settings: conf/starling.yaml lists every key");
    assertThatThrownBy(() -> environment("STARLING_", "1")).hasMessageContaining("STARLING_ in");
    assertThatThrownBy(() -> sets("a=1"))
        .hasMessage("unknown key a (--set a), conf/starling.yaml lists every key");
    assertThatThrownBy(() -> sets("node.roles=foo"))
        .hasMessage(
            "unknown role foo (--set node.roles), this build has gateway, router, physics, settings, embedder, agents, tasks");
  }

  @Test
  void shouldNameTheNearestKeyAndTheLine() throws IOException {
    Path file = file("# mine\nrouter:\n  max-hop: 3\n");
    assertThatThrownBy(() -> files(file))
        .hasMessage("unknown key router.max-hop (" + file + ":3), did you mean router.max-hops?");
    assertThatThrownBy(() -> sets("htp.port=1"))
        .hasMessage("unknown key htp.port (--set htp.port), did you mean http.port?");
    assertThatThrownBy(() -> sets("log=1"))
        .hasMessage("log (--set log) is a section, its keys are log.level, log.format");
    assertThatThrownBy(() -> sets("log.level")).hasMessageContaining("expected --set key=value");
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> files(missing)).hasMessage("no such configuration file: " + missing);
    assertThatThrownBy(() -> files(folder)).hasMessageContaining("cannot read");
    Path broken = file("http:\n  port: [1\n");
    assertThatThrownBy(() -> files(broken)).hasMessageStartingWith(broken + ":3 is not YAML: ");
    Path list = file("- http");
    assertThatThrownBy(() -> files(list)).hasMessageContaining("holds no settings");
    Path twice = file("http: {port: 1, port: 2}");
    assertThatThrownBy(() -> files(twice)).hasMessageContaining("http.port is given twice");
    Path shape = file("http: {port: [1]}");
    assertThatThrownBy(() -> files(shape))
        .hasMessage("http.port is [1] (" + shape + ":1), expected a single value");
    Path section = file("http: 3030");
    assertThatThrownBy(() -> files(section)).hasMessageContaining("http (" + section + ":1) is a");
    Path text = file("cluster: {join: {a: b}}");
    assertThatThrownBy(() -> files(text)).hasMessageContaining("cluster.join");
    Path loop = file("router: &r\n  recent-outcomes: *r\n");
    assertThatThrownBy(() -> files(loop))
        .hasMessage(
            "router.recent-outcomes (" + loop + ":2): this alias stands within what it means");
    Path endless = file("router: &r\n  more: *r\n");
    assertThatThrownBy(() -> files(endless)).hasMessageStartingWith("router.more (");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> files(binary)).hasMessageContaining("binary");
  }

  @Test
  void shouldTakeEmptySectionsAndFiles() throws IOException {
    assertThat(files(file(""), file("# nothing\n"), file("router:\n  # later\n")).router())
        .isEqualTo(sets().router());
    assertThat(files(file("cluster:\n  port:\n")).cluster().port()).isEmpty();
  }

  @Test
  void shouldTellRolesThatAreNotInThisBuild() {
    assertThatThrownBy(() -> sets("node.roles=analytics"))
        .hasMessageContaining(
            "is not in this build, which has gateway, router, physics, settings, embedder");
    assertThatThrownBy(() -> sets("node.roles=gateway,rooter"))
        .hasMessage("unknown role rooter (--set node.roles), did you mean router?");
    assertThat(sets("node.roles=router,gateway,router").roles())
        .containsExactly(Role.GATEWAY, Role.ROUTER);
  }

  @Test
  void shouldMaskTheSecretOfTokens() {
    var sources =
        new ConfigSources(List.of(), Map.of("STARLING_AUTH_SECRET", SECRET), List.of(), List.of());
    Configuration configuration = Configuration.load(sources);
    assertThat(configuration.node().gateway().auth().secret()).contains(SECRET);
    assertThat(shown(configuration, "auth.secret").value()).isEqualTo("\"***\"");
    assertThat(configuration.node().toString()).doesNotContain(SECRET);
    assertThatThrownBy(() -> sets("auth.secret=tooshort"))
        .hasMessage(
            "auth.secret has 8 bytes, expected 32 at least;"
                + " scripts/starling keys new --algorithm hs256 makes one");
  }

  @Test
  void shouldMaskSecrets() {
    var sources = new ConfigSources(List.of(), Map.of(), List.of("cluster.secret=pst"), List.of());
    assertThat(Configuration.load(sources).shown().toString()).doesNotContain("pst");
    assertThat(shown(Configuration.load(sources), "cluster.secret").value()).isEqualTo("\"***\"");
    assertThat(shown(Configuration.load(ConfigSources.NONE), "cluster.secret").value())
        .isEqualTo("\"\"");
  }

  @Test
  void shouldNeedSecretAndTlsForAClusterBeyondLoopback() throws IOException {
    String host = "cluster.host=0.0.0.0";
    String port = "cluster.port=5801";
    String secret = "cluster.secret=s";
    String[] tls = tls();
    assertThat(sets(host).cluster().port()).isEmpty();
    assertThatThrownBy(() -> sets(host, port)).hasMessageContaining("cluster.secret");
    assertThatThrownBy(() -> sets(host, port, secret)).hasMessageContaining("tls-key-file");
    assertThatThrownBy(() -> sets(host, port, tls[0], tls[1], tls[2]))
        .hasMessageContaining("cluster.secret");
    assertThatThrownBy(() -> sets(tls[0], tls[1])).hasMessageContaining("TLS needs");
    assertThat(sets(host, port, secret, tls[0], tls[1], tls[2]).cluster().tls()).isPresent();
  }

  private String[] tls() throws IOException {
    return files(TLS);
  }

  private String[] files(Set<String> keys) throws IOException {
    Path pem = Files.writeString(folder.resolve("some.pem"), "x");
    return sorted(keys).stream().map(key -> key + "=" + pem).toArray(String[]::new);
  }

  private static String[] with(String[] settings, String one) {
    String[] all = Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = one;
    return all;
  }

  private static List<String> sorted(Set<String> keys) {
    return keys.stream().sorted().toList();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "starling", ".yaml"), text);
  }

  private static NodeConfig files(Path... files) {
    return load(new ConfigSources(List.of(files), Map.of(), List.of(), List.of()));
  }

  /** What {@code --set} with each of these makes of the defaults. */
  static NodeConfig sets(String... sets) {
    return load(new ConfigSources(List.of(), Map.of(), List.of(sets), List.of()));
  }

  private static NodeConfig environment(String name, String value) {
    return load(new ConfigSources(List.of(), Map.of(name, value), List.of(), List.of()));
  }

  private static Configuration.Shown shown(Configuration configuration, String key) {
    return Objects.requireNonNull(configuration.shown().get(key));
  }

  private static NodeConfig load(ConfigSources sources) {
    return Configuration.load(sources).node();
  }

  /** The comment above each key of the file. */
  private static Map<String, String> comments() throws IOException {
    Map<String, String> comments = new HashMap<>();
    String[] sections = new String[4];
    StringBuilder comment = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("../../conf/starling.yaml"))) {
      String text = line.strip();
      if (text.startsWith("#")) {
        comment.append(text.substring(1)).append(' ');
      } else if (text.contains(":")) {
        int depth = (line.length() - line.stripLeading().length()) / 2;
        sections[depth] = text.substring(0, text.indexOf(':'));
        String key = Arrays.stream(sections).limit(depth + 1L).collect(Collectors.joining("."));
        comments.put(key, comment.toString());
        comment.setLength(0);
      } else {
        comment.setLength(0);
      }
    }
    return comments;
  }
}
