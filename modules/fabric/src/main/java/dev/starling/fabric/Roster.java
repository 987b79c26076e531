/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.FabricMessage;
import dev.starling.protocol.mesh.FabricMessage.Hello;
import dev.starling.protocol.mesh.FabricMessage.NodeStatus;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link View}: the cluster says who is a member, a greeting in both directions says what
 * it is, and warms the connection. State changes on the fabric's event loop only; the view may be
 * read anywhere.
 */
final class Roster implements Membership.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Roster.class);
  private static final Duration GREETING = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 200;
  private static final long MEETING_NANOS = 3_000_000_000L;

  private final Vertx vertx;
  private final MeshBus bus;
  private final Membership membership;
  private final Context loop;
  private final List<ViewListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, LongSupplier> figures = new ConcurrentHashMap<>();

  /** Members that have not introduced themselves, and since when, by the nanosecond clock. */
  private final Map<String, Long> unmet = new ConcurrentHashMap<>();

  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();
  private volatile View view;
  private Consumer<SettingsChanged> settings = ignored -> {};

  Roster(Vertx vertx, MeshBus bus, Membership membership, NodeIdentity identity) {
    this.vertx = vertx;
    this.bus = bus;
    this.membership = membership;
    this.loop = vertx.getOrCreateContext();
    NodeInfo me = firstInfo(membership.self(), identity);
    this.view = new View(me.id(), new TreeMap<>(Map.of(me.id(), me)));
  }

  private static NodeInfo firstInfo(String id, NodeIdentity identity) {
    long now = System.currentTimeMillis();
    String name =
        identity.name().isEmpty() ? id.substring(0, Math.min(8, id.length())) : identity.name();
    List<RoleState> roles =
        identity.roles().stream().map(role -> new RoleState(role, State.STARTING)).toList();
    return new NodeInfo(id, now, name, "", 0, 0, identity.version(), now, roles, List.of());
  }

  /** Serves this node's address and greets whoever is there; call once. */
  Future<Void> start() {
    Future<Void> served =
        Future.future(promise ->
            loop.runOnContext(ignored ->
                bus.serve(Addresses.fabric(view.self()), this::answer)
                    .<Void>mapEmpty()
                    .onComplete(promise)));
    // Composed, since who waits for this must find everybody expected.
    return served.compose(ignored -> {
      membership.listen(this);
      membership.members().forEach(this::expect);
      loop.runOnContext(go -> membership.members().forEach(this::greet));
      return Future.succeededFuture();
    });
  }

  /** The fabric's event loop. */
  Context loop() {
    return loop;
  }

  /** Hands {@code settings} what other nodes tell of settings; call before the start. */
  void onSettings(Consumer<SettingsChanged> settings) {
    this.settings = settings;
  }

  View view() {
    return view;
  }

  void listen(ViewListener listener) {
    listeners.add(listener);
  }

  void figure(String name, LongSupplier value) {
    figures.put(name, value);
  }

  NodeStatus status() {
    Map<String, Long> counts = new LinkedHashMap<>();
    figures.forEach((name, value) -> counts.put(name, value.getAsLong()));
    return new NodeStatus(view.me().roles(), counts);
  }

  boolean isMember(String nodeId) {
    return membership.members().contains(nodeId);
  }

  boolean everyMemberMet() {
    return unmet.isEmpty();
  }

  /** Whether a member came so lately that it may well introduce itself in a moment. */
  boolean isMeeting() {
    return unmet.values().stream().anyMatch(since -> !isOverdue(since));
  }

  private static boolean isOverdue(long since) {
    return System.nanoTime() - since > MEETING_NANOS;
  }

  void roleIs(String role, State state) {
    changeMe(me -> {
      List<RoleState> roles = new ArrayList<>(me.roles());
      roles.replaceAll(one -> one.role().equals(role) ? new RoleState(role, state) : one);
      return with(me, me.incarnation(), me.host(), me.httpPort(), me.agentPort(), roles);
    });
  }

  void embedsIn(List<TextSpace> spaces) {
    changeMe(me ->
        new NodeInfo(
            me.id(),
            me.incarnation(),
            me.name(),
            me.host(),
            me.httpPort(),
            me.agentPort(),
            me.version(),
            me.startedAt(),
            me.roles(),
            spaces));
  }

  void reachedAt(String host, int httpPort, int agentPort) {
    changeMe(me -> with(me, me.incarnation(), host, httpPort, agentPort, me.roles()));
  }

  @Override
  public void added(String nodeId) {
    expect(nodeId);
    loop.runOnContext(ignored -> greet(nodeId));
  }

  @Override
  public void removed(String nodeId) {
    unmet.remove(nodeId);
    warnedOf.remove(nodeId);
    loop.runOnContext(ignored -> drop(nodeId));
  }

  @Override
  public void merged() {
    changeMe(me ->
        with(
            me,
            Math.max(System.currentTimeMillis(), me.incarnation() + 1),
            me.host(),
            me.httpPort(),
            me.agentPort(),
            me.roles()));
    loop.runOnContext(ignored -> {
      List<String> gone = new ArrayList<>(view.nodes().keySet());
      gone.removeAll(membership.members());
      gone.forEach(this::drop);
      membership.members().forEach(this::expect);
      membership.members().forEach(this::greet);
    });
  }

  /**
   * Counts a member as unmet until it has introduced itself; from any thread, so that whoever looks
   * later than the cluster's word sees it. {@link #put} changes the view before it takes the mark
   * away: whichever comes first, no mark stays on a node in view.
   */
  private void expect(String nodeId) {
    unmet.putIfAbsent(nodeId, System.nanoTime());
    if (view.nodes().containsKey(nodeId)) {
      unmet.remove(nodeId);
    }
  }

  private static NodeInfo with(
      NodeInfo me,
      long incarnation,
      String host,
      int httpPort,
      int agentPort,
      List<RoleState> roles) {
    return new NodeInfo(
        me.id(),
        incarnation,
        me.name(),
        host,
        httpPort,
        agentPort,
        me.version(),
        me.startedAt(),
        roles,
        me.textSpaces());
  }

  private void changeMe(UnaryOperator<NodeInfo> change) {
    loop.runOnContext(ignored -> {
      NodeInfo me = change.apply(view.me());
      if (!me.equals(view.me())) {
        put(me);
        view.nodes().keySet().forEach(this::greet);
      }
    });
  }

  private @Nullable Future<? extends MeshMessage> answer(FabricMessage message) {
    return switch (message) {
      case Hello hello -> met(hello.info());
      case SettingsChanged changed -> {
        settings.accept(changed);
        yield null;
      }
      case StatusQuery _ -> Future.succeededFuture(status());
      case NodeStatus _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private Future<Hello> met(NodeInfo info) {
    if (!isMember(info.id())) {
      return Future.failedFuture(
          new RefusalException(ErrorCode.UNAVAILABLE, info.id() + " is no member here"));
    }
    if (!view.nodes().containsKey(info.id())) {
      greet(info.id());
    }
    put(info);
    return Future.succeededFuture(new Hello(view.me()));
  }

  /** Tells a member about this node until it answers or is a member no more. */
  private void greet(String nodeId) {
    if (nodeId.equals(view.self())) {
      return;
    }
    bus.request(Addresses.fabric(nodeId), new Hello(view.me()), GREETING)
        .onSuccess(hello -> putMember(hello.info()))
        .onFailure(failure -> greetAgain(nodeId));
  }

  private void greetAgain(String nodeId) {
    if (isMember(nodeId)) {
      warnOnce(nodeId);
      vertx.setTimer(RETRY_MILLIS, ignored -> greet(nodeId));
    }
  }

  private void warnOnce(String nodeId) {
    Long since = unmet.get(nodeId);
    if (since != null && isOverdue(since) && warnedOf.add(nodeId)) {
      LOG.warn(
          "member {} of the cluster does not answer on the bus, so acks are partial while it stays:"
              + " look at its log, its cluster.bus-port, its cluster.public-host and its certificate",
          nodeId);
    }
  }

  private void putMember(NodeInfo info) {
    if (isMember(info.id())) {
      put(info);
    }
  }

  private void put(NodeInfo info) {
    NodeInfo known = view.nodes().get(info.id());
    if (info.equals(known) || (known != null && known.incarnation() > info.incarnation())) {
      return;
    }
    SortedMap<String, NodeInfo> nodes = new TreeMap<>(view.nodes());
    nodes.put(info.id(), info);
    if (known == null) {
      LOG.info("node {} ({}) is here: {}", info.name(), info.id(), NodeRoles.text(info.roles()));
    }
    change(new View(view.self(), nodes));
    unmet.remove(info.id());
    warnedOf.remove(info.id());
  }

  private void drop(String nodeId) {
    NodeInfo known = view.nodes().get(nodeId);
    if (known == null || nodeId.equals(view.self())) {
      return;
    }
    SortedMap<String, NodeInfo> nodes = new TreeMap<>(view.nodes());
    nodes.remove(nodeId);
    LOG.info("node {} ({}) is gone", known.name(), nodeId);
    // It may be back already: then expect saw it in this view still and left no mark.
    unmet.putIfAbsent(nodeId, System.nanoTime());
    if (!isMember(nodeId)) {
      unmet.remove(nodeId);
    }
    change(new View(view.self(), nodes));
  }

  private void change(View now) {
    View before = view;
    view = now;
    for (ViewListener listener : listeners) {
      try {
        listener.viewChanged(before, now);
      } catch (RuntimeException e) {
        LOG.error("a listener failed on a view change", e);
      }
    }
  }
}
