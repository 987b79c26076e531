/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.frames.FrameStreams;
import dev.starling.gateway.frames.LoopFrames;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowClientMessage.TaskReport;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Dismissed;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.GatewayMessage.Taken;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.GatewayMessage.WriteState;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.qis.OutcomeEnvelope;
import dev.starling.protocol.qis.OutcomePacket;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisServerMessage.Registered;
import dev.starling.protocol.qis.QisServerMessage.Similar;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one node share: their registrations, the way to the routers, and deliveries.
 * Belongs to the gateway's loop; sessions may call from theirs and are answered on any.
 */
final class Gateway {
  private static final long PAGE_BYTES = 1L << 20;
  private static final int AGENT_BYTES = 400;
  private static final int TICKS_A_SECOND = 10;

  private final Mesh mesh;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final MicroClock clock = new MicroClock();
  private final AwakeClock awake;
  private final Registry registry = new Registry();
  private final RouterLinks links;
  private final Deposits deposits;
  private final Registrar registrar;
  private final ProfileTexts profiles;
  private final Authenticator authenticator;
  private final Roles roles;
  private final SettingsLink settings;
  private final Events events;
  private final Presence presence;
  private final AgentStatuses statuses;
  private final HostedAgents hosted;
  private final AgentDesk desk;
  private final AgentOperations operations;
  private final FrameStreams frames;
  private final PositionFeed positions;
  private final RecentOutcomes recent = new RecentOutcomes(System.nanoTime());
  private final AtomicLong sessionsOpened = new AtomicLong();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private volatile long incarnation;
  private long ticks;

  Gateway(
      Mesh mesh,
      GatewayMetrics metrics,
      Loop loop,
      AwakeClock awake,
      Authenticator authenticator,
      SettingsLink settings) {
    this.mesh = mesh;
    this.metrics = metrics;
    this.loop = loop;
    this.awake = awake;
    this.links = new RouterLinks(mesh, registry, this::answered);
    this.deposits = new Deposits(mesh, links);
    this.authenticator = authenticator;
    this.roles = new Roles(mesh);
    this.settings = settings;
    this.events = new Events(mesh, metrics);
    this.presence = new Presence(mesh.nodeId(), events);
    this.statuses = new AgentStatuses(mesh.nodeId(), events, awake);
    this.registrar = new Registrar(mesh, registry, links, presence, statuses);
    this.hosted = new HostedAgents(mesh, this, registrar, statuses);
    this.desk = new AgentDesk(mesh, registry, registrar, statuses, roles);
    this.operations = new AgentOperations(mesh, this, roles);
    this.profiles = new ProfileTexts(mesh.bus(), mesh::view);
    this.frames = new FrameStreams(metrics.frames(), VertxInternals.pooled());
    this.positions = new PositionFeed(mesh, frames, loop);
    this.incarnation = mesh.view().me().incarnation();
  }

  /** Serves the gateway's address; on the gateway's loop. */
  Future<?> start() {
    mesh.listen((before, now) -> loop.run(() -> viewIs(before, now)));
    mesh.settings().listen(changes -> loop.run(() -> changes.forEach(events::changed)));
    links.viewIs(mesh.view());
    mesh.figure("agents", registry::size);
    mesh.figure("sessions", sessions::size);
    mesh.figure("deliveries", metrics::deliveries);
    metrics.gauge("starling.gateway.agents", "Agents registered here", registry::size);
    metrics.gauge("starling.gateway.waiting", "Outcomes that wait for a router", deposits::waiting);
    metrics.gauge("starling.gateway.sessions", "Open sockets", sessions::size);
    return mesh.bus().serve(Addresses.gateway(mesh.nodeId()), this::handle);
  }

  private void viewIs(View before, View now) {
    presence.changed(before, now);
    if (now.me().incarnation() != incarnation) {
      incarnation = now.me().incarnation();
      links.restart();
      statuses.retell();
    }
    links.viewIs(now);
    deposits.viewIs(now);
    positions.tick();
  }

  /** Called every 100 ms on the gateway's loop. */
  void tick() {
    if (++ticks % TICKS_A_SECOND == 0) {
      desk.sweep();
      statuses.sweep(registry.all());
    }
    links.tick();
    deposits.tick();
    registrar.tick();
    events.tick();
    positions.tick();
  }

  /** Ends what runs on threads of its own. */
  void stop() {
    frames.close();
  }

  /** Whether every router in view holds this gateway's registrations. */
  boolean isMet() {
    return links.areMet();
  }

  MicroClock clock() {
    return clock;
  }

  /** The time that peers' silence is measured by. */
  AwakeClock awake() {
    return awake;
  }

  /** Who tokens are for; from any thread. */
  Authenticator authenticator() {
    return authenticator;
  }

  /** Who answers for the roles of the mesh; from any thread. */
  Roles roles() {
    return roles;
  }

  /** The way to the mesh's settings; from any thread. */
  SettingsLink settings() {
    return settings;
  }

  /** The position frames of a loop's sessions; from any thread. */
  LoopFrames frames(Loop of) {
    return frames.of(of, of::run);
  }

  Events events() {
    return events;
  }

  /** A name for a session that no other one of the mesh has. */
  String nextSessionId() {
    return mesh.nodeId() + "-" + sessionsOpened.incrementAndGet();
  }

  Set<Session> sessions() {
    return sessions;
  }

  void opened(Session session) {
    sessions.add(session);
  }

  /** The gateway ends a session: its registration goes from every index at once. */
  void closing(Session session) {
    withdraw(session);
  }

  /** A session gave up what it was registered as: that goes from every index. */
  void unregister(Held held) {
    loop.run(() -> {
      registrar.unregister(held);
      desk.left(held);
    });
  }

  /** A session ended: its registration goes from every index. */
  void closed(Session session) {
    sessions.remove(session);
    withdraw(session);
  }

  /** Registers a client's agent as one of a subject; empty for one without a subject. */
  Future<Registered> register(ClientAgent client, Register register, String subject) {
    return profiles
        .embedded(register)
        .compose(known -> onLoop(() -> registrar.register(client, known, subject)));
  }

  /** A client's agent is over: its registration goes from every index. */
  void withdraw(ClientAgent client) {
    loop.run(() -> {
      Held held = client.held();
      registrar.withdraw(client);
      if (held != null) {
        desk.left(held);
      }
    });
  }

  /**
   * The fingerprint of a text.
   *
   * @param operation what the client wanted, for the refusal of one that is not answered
   */
  Future<Fingerprint> fingerprint(String operation, String text) {
    return profiles.fingerprint(operation, text);
  }

  /** Routes an outcome of a registered session. */
  Future<Routed> deposit(Held held, OutcomePacket packet, long acceptedMicros) {
    return deposit(held.agentId(), held.fingerprint(), packet, acceptedMicros)
        .onSuccess(routed -> loop.run(() -> emitted(held)));
  }

  private static void emitted(Held held) {
    if (held.registrant() instanceof ClientAgent client) {
      client.activity().emitted(System.nanoTime());
    }
  }

  /** What clients want of agents and tasks; from any thread. */
  AgentOperations operations() {
    return operations;
  }

  /** Tells a session how every agent is. */
  AgentTour tour(Session session, Loop of) {
    return new AgentTour(session, mesh, of);
  }

  /** A client looks for tasks for its agent, which may have been given none for a while. */
  boolean attends(McpAgent agent) {
    return desk.attends(agent);
  }

  /** A client took up a task that its agent was offered; on the gateway's loop. */
  void claimed(Held held) {
    desk.claimed(held);
  }

  /** What a client's agent says of a task that it was given. */
  Future<Reported> report(ClientAgent client, Held held, TaskReport report) {
    return onLoop(
        () -> desk.report(client, held, report.taskId(), report.attempt(), report.step()));
  }

  /**
   * Routes an outcome.
   *
   * @param own the source's fingerprint, for a packet without one; null for none
   */
  Future<Routed> deposit(
      String source, @Nullable Fingerprint own, OutcomePacket packet, long acceptedMicros) {
    Fingerprint given = packet.fingerprint();
    Fingerprint used = given != null ? given : own;
    if (used == null) {
      return Future.failedFuture(
          RefusalException.ofField(
              ErrorCode.INVALID_FINGERPRINT,
              "packet.fingerprint",
              "a fingerprint, here or at registration",
              "none"));
    }
    RawJson members =
        given != null ? packet.members() : OutcomeEnvelope.withFingerprint(packet.members(), used);
    Deposit deposit =
        new Deposit(
            mesh.nodeId(),
            source,
            QisHandler.idOf(packet),
            packet.outcomeId() != null,
            used,
            packet.derivedFrom(),
            packet.hops(),
            members,
            acceptedMicros,
            Deposits.PATIENCE_MILLIS);
    return onLoop(() ->
        deposits.deposit(deposit).onSuccess(routed -> routed(source, routed, acceptedMicros)));
  }

  private void routed(String source, Routed routed, long acceptedMicros) {
    if (routed.status() == RouterMessage.Status.ROUTED) {
      events.routed(
          new OutcomeSample(
              routed.outcomeId(),
              source,
              Events.some(routed.routedTo()),
              routed.routedTo().size(),
              routed.partial(),
              clock.now() - acceptedMicros,
              1,
              System.currentTimeMillis()));
    }
  }

  /** The agents that an outcome of this fingerprint would reach. */
  Future<List<Similar>> query(Query query) {
    return profiles.fingerprint(query).compose(fingerprint -> similar(fingerprint, query.limit()));
  }

  private Future<List<Similar>> similar(Fingerprint fingerprint, int limit) {
    return askRouter(router ->
        mesh.bus()
            .request(Addresses.router(router), new SimilarQuery(fingerprint, limit), Roles.PATIENCE)
            .map(found ->
                found.agents().stream()
                    .map(agent -> new Similar(agent.agentId(), agent.similarity()))
                    .toList()));
  }

  private <T> Future<T> askRouter(Function<String, Future<T>> question) {
    List<String> serving = links.serving();
    if (serving.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable("router", "no router of the mesh answers now"));
    }
    return question.apply(serving.contains(mesh.nodeId()) ? mesh.nodeId() : serving.getFirst());
  }

  /** The registration that holds an agent id, on whichever gateway it is. */
  Future<Optional<Registration>> holder(String agentId) {
    return askRouter(router ->
        mesh.bus()
            .request(Addresses.router(router), new HolderQuery(agentId), Roles.PATIENCE)
            .map(holder -> Optional.ofNullable(holder.registration())));
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.run(() -> work.get().onComplete(promise));
    return promise.future();
  }

  private @Nullable Future<? extends MeshMessage> handle(GatewayMessage message) {
    return switch (message) {
      case Deliver deliver -> {
        deliver(deliver);
        yield null;
      }
      case Evict evict -> {
        evict(evict);
        yield null;
      }
      case Publish publish -> {
        events.arrived(publish);
        yield null;
      }
      case PublishOnce publish -> {
        events.arrived(publish);
        yield null;
      }
      case OutcomeSample sample -> {
        events.arrived(sample);
        yield null;
      }
      case AgentsQuery query -> Future.succeededFuture(agents(query));
      case WriteCheck check ->
          Future.succeededFuture(new WriteState(settings.isAwaited(check.attempt())));
      case Positions(var block) -> positions.arrived(block);
      case PathTree(var columns) -> positions.arrived(columns);
      case LastPositionsQuery _ -> Future.succeededFuture(new LastPositions(frames.latest()));
      case Enrol enrol -> hosted.enrol(enrol);
      case Dismiss(String agentId) -> hosted.dismiss(agentId);
      case Emit emit -> hosted.emit(emit);
      case AgentIs is -> {
        statuses.hosted(is);
        yield null;
      }
      case Steer steer -> desk.steer(steer);
      case Assign assign -> desk.assign(assign);
      case Recall recall -> {
        desk.recall(recall);
        yield null;
      }
      case AgentsPage _,
          WriteState _,
          Taken _,
          LastPositions _,
          Enrolled _,
          Dismissed _,
          Assigned _ ->
          Future.failedFuture(new IllegalStateException("an answer"));
    };
  }

  private void deliver(Deliver deliver) {
    if (deliver.incarnation() != incarnation) {
      metrics.dropped("stale-incarnation");
      return;
    }
    Arrival arrival = new Arrival(deliver.packet(), deliver.acceptedMicros());
    long now = System.nanoTime();
    for (int i = 0; i < deliver.keys().length; i++) {
      Held held = registry.receiver(deliver.keys()[i]).orElse(null);
      if (held == null) {
        metrics.dropped("agent-left");
      } else if (!recent.isFirst(deliver.outcome(), held.agentId(), now)) {
        metrics.dropped("repeated");
      } else {
        held.registrant().deliver(arrival, deliver.similarities()[i]);
      }
    }
  }

  private void evict(Evict evict) {
    if (evict.incarnation() == incarnation) {
      registry
          .byKey(evict.key())
          .filter(held -> held.registration().claim().number() < evict.claim())
          .ifPresent(held -> {
            registrar.evict(held);
            desk.left(held);
          });
    }
  }

  private void answered(String router, FeedAck ack) {
    ack.outdone()
        .forEach(key -> registry.byKey(key).ifPresent(held -> registrar.outdone(router, held)));
    ack.full().forEach(key -> registry.byKey(key).ifPresent(registrar::refuse));
  }

  /** A page within what one answer on the bus should hold. */
  private AgentsPage agents(AgentsQuery query) {
    List<Held> found = asked(query);
    List<AgentView> page = new ArrayList<>();
    long bytes = 0;
    for (Held held : found) {
      AgentView view = view(held);
      bytes += AGENT_BYTES + view.meta().bytes().length + view.status().bytes().length;
      if (page.size() == query.limit() || bytes > PAGE_BYTES) {
        break;
      }
      page.add(view);
    }
    return new AgentsPage(page, page.size() < found.size());
  }

  private List<Held> asked(AgentsQuery query) {
    return query.agentId() != null
        ? registry.byAgent(query.agentId()).stream().toList()
        : registry.page(query.after(), held -> isAskedFor(held, query), query.limit() + 1);
  }

  private boolean isAskedFor(Held held, AgentsQuery query) {
    boolean isOfKind =
        query.kind() == null || query.kind().equals(held.registration().label().kind());
    return isOfKind && (query.status() == null || query.status() == statuses.of(held).life());
  }

  private AgentView view(Held held) {
    Fingerprint fingerprint = held.fingerprint();
    return new AgentView(
        held.agentId(),
        mesh.nodeId(),
        fingerprint == null ? "" : fingerprint.space(),
        fingerprint == null ? 0 : fingerprint.dimension(),
        held.threshold(),
        held.registeredMillis(),
        held.meta(),
        statuses.of(held).message());
  }

  /** Takes every registration back, so that no router routes here any more. */
  Future<?> withdrawAll() {
    return onLoop(() -> {
      List<Held> all = registry.all();
      List<Change> changes = all.stream().map(registry::remove).toList();
      all.forEach(held -> {
        statuses.gone(held.agentId(), held.registration().label());
        presence.agentIsGone(held.agentId());
      });
      events.flush();
      return links.announce(changes);
    });
  }
}
