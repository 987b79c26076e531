/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.agents.swarm.SwarmConfig;
import dev.starling.fabric.ClusterConfig;
import dev.starling.gateway.AddressRange;
import dev.starling.gateway.GatewayConfig;
import dev.starling.gateway.HttpAccess;
import dev.starling.node.AuthConfigReader.Exposure;
import dev.starling.physics.PhysicsConfig;
import dev.starling.router.RouterConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds the typed records from settings; the one place that knows the range of every key. */
final class NodeConfigReader {
  /** The membership port of a node that is told whom to join but not where to listen. */
  static final int CLUSTER_PORT = 5801;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,253}");
  private static final Pattern MEMBER =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\s]+):(\\d{1,5})");
  private static final Pattern BARE_IPV6 =
      Pattern.compile("([0-9a-fA-F.]*:[0-9a-fA-F:.%]*):(\\d{1,5})");
  private static final String NAMED = "up to 64 letters, digits, dots, dashes or underscores";
  private static final Set<String> ANY = Set.of("0.0.0.0", "::");
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Pattern NAMED_HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[?[0-9a-fA-F:.]{2,45}]?");
  private static final Pattern ORIGIN =
      Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:\\d{1,5})?");

  private final Settings settings;

  NodeConfigReader(Settings settings) {
    this.settings = settings;
  }

  /** The records; refuses the first setting that is wrong. */
  NodeConfig read() {
    Optional<Path> data = settings.optional("node.data", "a folder", this::folder);
    List<SwarmConfig> swarms = new SwarmsConfigReader(settings, data).read();
    var config =
        new NodeConfig(
            name(),
            data,
            roles(),
            settings.duration("node.drain-timeout", Duration.ZERO, Duration.ofSeconds(9)),
            cluster(),
            router(),
            physics(),
            new EmbedderConfigReader(settings).read(),
            new AgentsConfigReader(settings).agents(swarms),
            swarms,
            new AgentsConfigReader(settings).tasks(),
            gateway(),
            new NodeConfig.Log(
                settings.choice("log.level", NodeConfig.Log.Level.class),
                settings.choice("log.format", NodeConfig.Log.Format.class)));
    guardHttp(config);
    guardCluster(config.cluster());
    guardPorts(config);
    return config;
  }

  private String name() {
    return settings
        .optional("node.name", NAMED, text -> Optional.of(text).filter(NAME.asMatchPredicate()))
        .orElseGet(() -> "node-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24)));
  }

  private Optional<Path> folder(String text) {
    return path(text).filter(path -> Files.isDirectory(path) || !Files.exists(path));
  }

  private Optional<Path> readable(String text) {
    return path(text).filter(path -> Files.isRegularFile(path) && Files.isReadable(path));
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Where agents live, tasks can be kept, so that these outlive the nodes that keep them. */
  private Set<Role> roles() {
    List<Role> roles =
        settings.list(
            "node.roles",
            "any of gateway, router, physics, settings, embedder, agents, tasks",
            (word, origin) -> Optional.of(Role.of(word, origin)));
    if (roles.isEmpty()) {
      throw settings.wrong("node.roles", "at least one role");
    }
    Set<Role> all = EnumSet.copyOf(roles);
    if (all.contains(Role.AGENTS)) {
      all.add(Role.TASKS);
    }
    return all;
  }

  private ClusterConfig cluster() {
    List<String> join = settings.list("cluster.join", "host:port", NodeConfigReader::member);
    Optional<Integer> port = settings.optionalInteger("cluster.port", 1, 65_535);
    Duration heartbeat =
        settings.duration(
            "cluster.heartbeat-interval", Duration.ofSeconds(1), Duration.ofMinutes(1));
    return new ClusterConfig(
        join.isEmpty() ? port : port.or(() -> Optional.of(CLUSTER_PORT)),
        settings.integer("cluster.bus-port", 0, 65_535),
        host("cluster.host"),
        settings.optional(
            "cluster.public-host",
            "a host name or an address",
            text -> Optional.of(text).filter(HOST.asMatchPredicate())),
        join,
        settings.text("cluster.name", NAMED, NAME),
        settings.optional("cluster.secret", "a text", Optional::of),
        heartbeat,
        settings.durationAbove(
            "cluster.heartbeat-interval",
            heartbeat,
            "cluster.heartbeat-timeout",
            Duration.ofSeconds(2),
            Duration.ofMinutes(10)),
        settings.duration("cluster.merge-delay", Duration.ofSeconds(1), Duration.ofMinutes(10)),
        settings.bytes("cluster.peer-queue", "1MiB", "1GiB"),
        tls());
  }

  private static Optional<String> member(String text, String origin) {
    Matcher bare = BARE_IPV6.matcher(text);
    if (bare.matches()) {
      String meant = "[" + bare.group(1) + "]:" + bare.group(2);
      throw wrongMember(text, origin, "brackets around an IPv6 address: " + meant);
    }
    Matcher matcher = MEMBER.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw wrongMember(text, origin, "host:port with a port from 1 to 65535");
    }
    return Optional.of(text);
  }

  private static ConfigException wrongMember(String text, String origin, String expected) {
    return Settings.wrong("cluster.join", new Value.Text(text, origin), expected);
  }

  private Optional<ClusterConfig.Tls> tls() {
    Optional<Path> key = pem("cluster.tls-key-file");
    Optional<Path> certificate = pem("cluster.tls-certificate-file");
    Optional<Path> authority = pem("cluster.tls-authority-file");
    if (key.isEmpty() && certificate.isEmpty() && authority.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClusterConfig.Tls(
            key.orElseThrow(() -> incomplete("cluster.tls-key-file")),
            certificate.orElseThrow(() -> incomplete("cluster.tls-certificate-file")),
            authority.orElseThrow(() -> incomplete("cluster.tls-authority-file"))));
  }

  private Optional<Path> pem(String key) {
    return settings.optional(key, "a PEM file that can be read", this::readable);
  }

  private ConfigException incomplete(String key) {
    return settings.wrong(
        key, "a file: TLS needs cluster.tls-key-file, tls-certificate-file and tls-authority-file");
  }

  private RouterConfig router() {
    return new RouterConfig(
        settings.fraction("router.similarity-threshold"),
        settings.fractions("router.space-thresholds"),
        settings.integer("router.max-agents", 1, 10_000_000),
        settings.integer("router.max-backlog", 1, 1_000_000),
        settings.duration("router.dedupe-window", Duration.ofSeconds(10), HOUR),
        settings.integer("router.dedupe-entries", 1, 10_000_000),
        settings.integer("router.max-hops", 1, 1000),
        settings.integer("router.recent-outcomes", 1, 100_000),
        settings.choice("router.kernels", RouterConfig.Kernels.class));
  }

  private PhysicsConfig physics() {
    int threads = settings.integer("physics.threads", 0, 64);
    return new PhysicsConfig(
        settings.integer("physics.max-nodes", 1, 1_000_000),
        settings.integer("physics.max-edges", 1, 10_000_000),
        settings.integer("physics.max-sources", 1, 1_000),
        settings.bytes("physics.max-document", "1KiB", "4GiB"),
        settings.integer("physics.rate", 1, PhysicsConfig.FULL_RATE),
        threads > 0 ? threads : Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 64),
        settings.integer("physics.seed", 0, Integer.MAX_VALUE),
        settings.optional("node.data", "a folder", this::folder));
  }

  private GatewayConfig gateway() {
    int eventLoops = settings.integer("http.event-loops", 0, 64);
    Duration heartbeat =
        settings.duration("heartbeat.interval", Duration.ofSeconds(1), Duration.ofMinutes(10));
    LimitsReader limits = new LimitsReader(settings);
    HttpAccess access = access();
    return new GatewayConfig(
        host("http.host"),
        settings.integer("http.port", 0, 65_535),
        settings.integer("http.agent-port", 0, 65_535),
        eventLoops > 0
            ? eventLoops
            : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 64),
        heartbeat,
        settings.durationAbove(
            "heartbeat.interval", heartbeat, "heartbeat.timeout", Duration.ofSeconds(2), HOUR),
        access,
        limits.web(),
        limits.agent(),
        new AuthConfigReader(settings).read(() -> exposure(access)));
  }

  /** A proxy, or a name of its own, brings people to a node that only this machine could reach. */
  private Optional<Exposure> exposure(HttpAccess access) {
    if (!isLoopback("http.host", host("http.host"))) {
      return Optional.of(Exposure.HOST);
    }
    if (!access.trustedProxies().isEmpty()) {
      return Optional.of(Exposure.PROXIES);
    }
    return access.hasNameOfItsOwn() ? Optional.of(Exposure.NAMES) : Optional.empty();
  }

  private HttpAccess access() {
    return new HttpAccess(
        settings.list(
            "http.allowed-hosts",
            "a host name or an address without port",
            NodeConfigReader::namedHost),
        settings.list(
            "http.allowed-origins",
            "a page's origin like https://app.example, or *",
            NodeConfigReader::origin),
        settings.list(
            "http.trusted-proxies",
            "a proxy's address like 10.0.0.7 or a block like 10.0.0.0/8",
            (text, origin) -> AddressRange.parse(text)),
        settings.duration("http.request-timeout", Duration.ofSeconds(1), Duration.ofMinutes(10)),
        settings.integer("limits.web.requests-per-minute", 1, 1_000_000),
        httpTls());
  }

  private Optional<HttpAccess.Tls> httpTls() {
    Optional<Path> key = pem("http.tls-key-file");
    Optional<Path> certificate = pem("http.tls-certificate-file");
    if (key.isEmpty() && certificate.isEmpty()) {
      return Optional.empty();
    }
    String both = "a file: TLS needs both http.tls-key-file and http.tls-certificate-file";
    return Optional.of(
        new HttpAccess.Tls(
            key.orElseThrow(() -> settings.wrong("http.tls-key-file", both)),
            certificate.orElseThrow(() -> settings.wrong("http.tls-certificate-file", both))));
  }

  private static Optional<String> namedHost(String text, String from) {
    return matching(NAMED_HOST, text);
  }

  private static Optional<String> origin(String text, String from) {
    return matching(ORIGIN, text);
  }

  private static Optional<String> matching(Pattern pattern, String text) {
    return Optional.of(text.toLowerCase(Locale.ROOT)).filter(pattern.asMatchPredicate());
  }

  private String host(String key) {
    return settings.text(key, "a host name or an address", HOST);
  }

  private void guardHttp(NodeConfig config) {
    GatewayConfig http = config.gateway();
    if (http.httpPort() == http.agentPort() && http.httpPort() != 0) {
      throw settings.wrong("http.agent-port", "another port than http.port");
    }
  }

  private void guardCluster(ClusterConfig cluster) {
    if (cluster.port().isEmpty()) {
      if (cluster.busPort() != 0) {
        throw settings.wrong(
            "cluster.bus-port",
            "cluster.port or cluster.join beside it: without them this node stays alone and has"
                + " no bus");
      }
      return;
    }
    if (cluster.port().get() == cluster.busPort()) {
      throw settings.wrong("cluster.bus-port", "another port than cluster.port");
    }
    boolean guarded = cluster.secret().isPresent() && cluster.tls().isPresent();
    if (!guarded && !isLoopback("cluster.host", cluster.host())) {
      throw settings.wrong(
          "cluster.host",
          "a loopback address: beyond it, cluster.secret, cluster.tls-key-file,"
              + " cluster.tls-certificate-file and cluster.tls-authority-file must be given");
    }
  }

  /** What browsers reach and what nodes reach may be different addresses with the same ports. */
  private void guardPorts(NodeConfig config) {
    ClusterConfig cluster = config.cluster();
    if (cluster.port().isEmpty() || !overlap(config.gateway().host(), cluster.host())) {
      return;
    }
    requireOther("http.port", config.gateway().httpPort(), cluster);
    if (config.roles().contains(Role.GATEWAY)) {
      requireOther("http.agent-port", config.gateway().agentPort(), cluster);
    }
  }

  private void requireOther(String key, int port, ClusterConfig cluster) {
    if (port == 0) {
      return;
    }
    if (port == cluster.port().orElse(0)) {
      throw settings.wrong(key, "another port than cluster.port");
    }
    if (port == cluster.busPort()) {
      throw settings.wrong(key, "another port than cluster.bus-port");
    }
  }

  private static boolean overlap(String one, String other) {
    return one.equals(other) || ANY.contains(one) || ANY.contains(other);
  }

  private boolean isLoopback(String key, String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw settings.wrong(key, "a host name or an address that can be resolved");
    }
  }
}
