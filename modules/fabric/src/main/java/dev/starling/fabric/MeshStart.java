/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.config.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Starts a node's Vert.x, alone or in a cluster, and its place in the mesh. */
public final class MeshStart {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int PING_MILLIS = 2_000;
  private static final int PING_REPLY_MILLIS = 3_000;

  /**
   * What the nodes of a mesh share.
   *
   * @param leaders the document of each role that one node leads
   */
  private record Documents(
      SharedDocument settings, Function<String, SharedDocument> leaders, SharedTable tasks) {}

  private final ClusterConfig cluster;
  private final NodeIdentity identity;
  private final MeterRegistry registry;
  private final VertxOptions options;

  /**
   * Prepares a start.
   *
   * @param options Vert.x's own, such as the number of event loops
   */
  public MeshStart(
      ClusterConfig cluster, NodeIdentity identity, MeterRegistry registry, VertxOptions options) {
    this.cluster = cluster;
    this.identity = identity;
    this.registry = registry;
    this.options = options;
  }

  /** The mesh, once this node's own address is served. Blocks nothing; joining takes seconds. */
  public Future<Mesh> start() {
    return cluster.port().isPresent() ? clustered(cluster.port().get()) : alone();
  }

  private Future<Mesh> alone() {
    Vertx vertx = Vertx.builder().with(options).build();
    Map<String, SharedDocument> leaders = new ConcurrentHashMap<>();
    Documents documents =
        new Documents(
            new LocalDocument(),
            role -> leaders.computeIfAbsent(role, first -> new LocalDocument()),
            new LocalTable());
    return mesh(vertx, Membership.alone(UUID.randomUUID().toString()), documents, true);
  }

  private Future<Mesh> clustered(int port) {
    Config config = HazelcastCluster.config(cluster, port);
    HazelcastClusterManager manager = new HazelcastClusterManager(config);
    options.setEventBusOptions(busOptions());
    return Vertx.builder()
        .with(options)
        .withClusterManager(manager)
        .buildClustered()
        .compose(vertx ->
            vertx
                .executeBlocking(() -> mayBeAlone(port))
                .compose(aloneAllowed ->
                    joined(
                        vertx,
                        new HazelcastMembership(
                            manager.getHazelcastInstance(), manager.getNodeId()),
                        aloneAllowed)));
  }

  /** Whether this node may serve while it sees no other one; may wait for the name service. */
  private boolean mayBeAlone(int port) {
    return cluster.join().isEmpty()
        || cluster.join().stream().anyMatch(member -> isHere(member, port));
  }

  /** Whether a listed member is this node, under whatever name. */
  private boolean isHere(String member, int port) {
    int colon = member.lastIndexOf(':');
    if (colon < 0 || !member.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String host = member.substring(0, colon);
    return host.equals(cluster.host())
        || cluster.publicHost().filter(host::equals).isPresent()
        || resolves(host, cluster.host());
  }

  private static boolean resolves(String host, String address) {
    try {
      return Arrays.asList(InetAddress.getAllByName(host))
          .contains(InetAddress.getAllByName(address)[0]);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private Future<Mesh> joined(Vertx vertx, Membership membership, boolean aloneAllowed) {
    return ClusterDocument.open(vertx, HazelcastCluster.SETTINGS)
        .compose(settings ->
            ClusterDocument.open(vertx, HazelcastCluster.LEADERS)
                .compose(leaders ->
                    ClusterTable.open(vertx, HazelcastCluster.TASKS)
                        .map(tasks ->
                            new Documents(
                                settings.apply(HazelcastCluster.SETTINGS_KEY), leaders, tasks))))
        .compose(documents -> mesh(vertx, membership, documents, aloneAllowed));
  }

  private Future<Mesh> mesh(
      Vertx vertx, Membership membership, Documents documents, boolean aloneAllowed) {
    MeshBus bus = new MeshBus(vertx, membership.self(), cluster.peerQueue(), registry);
    Roster roster = new Roster(vertx, bus, membership, identity);
    SharedSettings settings =
        new SharedSettings(vertx, roster.loop(), bus, roster::view, documents.settings());
    Leaderships leaderships =
        new Leaderships(vertx, roster, documents.leaders(), cluster.heartbeatTimeout());
    roster.onSettings(settings::hear);
    return roster
        .start()
        .compose(ignored -> settings.start())
        .map(ignored ->
            new Mesh(
                cluster.name(),
                vertx,
                bus,
                roster,
                settings,
                leaderships,
                documents.tasks(),
                aloneAllowed));
  }

  private EventBusOptions busOptions() {
    EventBusOptions bus =
        new EventBusOptions()
            .setHost(cluster.host())
            .setPort(cluster.busPort())
            .setClusterPublicHost(cluster.publicHost().orElse(cluster.host()))
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setClusterPingInterval(PING_MILLIS)
            .setClusterPingReplyInterval(PING_REPLY_MILLIS)
            .setTrustAll(false)
            .setTcpNoDelay(true);
    cluster.tls().ifPresent(tls -> secure(bus, tls));
    return bus;
  }

  private static void secure(EventBusOptions bus, ClusterConfig.Tls tls) {
    bus.setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setKeyPath(tls.key().toString())
                .setCertPath(tls.certificate().toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(tls.authority().toString()))
        .setClientAuth(ClientAuth.REQUIRED);
  }
}
