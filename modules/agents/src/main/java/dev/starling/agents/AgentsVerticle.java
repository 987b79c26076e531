/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agents.model.LanguageModel;
import dev.starling.agents.synthesis.Writer;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Ousted;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmShutDown;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code agents} of one node: it hosts agents. One instance per node, to be deployed after
 * the node's gateway, which registers them; everything runs on its event loop, but for the agents,
 * which have contexts of their own.
 */
public final class AgentsVerticle extends VerticleBase {
  /** The role's name. */
  public static final String ROLE = "agents";

  private static final Logger LOG = LoggerFactory.getLogger(AgentsVerticle.class);
  private static final long TELL_MILLIS = 100;
  private static final long SECOND_MILLIS = 1_000;
  private static final long DRAIN_MILLIS = 1_000;
  private static final long KNOWN_MILLIS = 3_000;
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  private final Mesh mesh;
  private final AgentsConfig config;
  private final AgentsMetrics metrics;
  private final BooleanSupplier mayRegister;
  private final List<AgentKind> builtIn;
  private final Duration startPatience;
  private final Map<String, AgentHost> hosts = new HashMap<>();
  private AgentCatalogue catalogue = new AgentCatalogue(List.of());
  private @Nullable HostServices services;
  private boolean isServing;
  private boolean isDraining;

  /**
   * The host of {@code mesh}'s node, to be deployed once.
   *
   * @param mayRegister whether agents of this node can be registered yet
   */
  public AgentsVerticle(
      Mesh mesh, AgentsConfig config, MeterRegistry registry, BooleanSupplier mayRegister) {
    this(mesh, config, registry, mayRegister, ownKinds(mesh, config, registry), START_PATIENCE);
  }

  /**
   * The same.
   *
   * @param builtIn kinds beside those of jars
   * @param startPatience how long an agent may take to start
   */
  AgentsVerticle(
      Mesh mesh,
      AgentsConfig config,
      MeterRegistry registry,
      BooleanSupplier mayRegister,
      List<AgentKind> builtIn,
      Duration startPatience) {
    this.startPatience = startPatience;
    this.builtIn = List.copyOf(builtIn);
    this.mesh = mesh;
    this.config = config;
    this.metrics = new AgentsMetrics(registry);
    this.mayRegister = mayRegister;
  }

  private static List<AgentKind> ownKinds(Mesh mesh, AgentsConfig config, MeterRegistry registry) {
    return AgentCatalogue.ownKinds(
        Writer.of(config.model().map(model -> new LanguageModel(mesh.vertx(), model, registry))));
  }

  @Override
  public Future<?> start() {
    services = new HostServices(mesh, context, config, metrics, startPatience, this::ousted);
    metrics.gauge("starling.agents.hosted", "Agents of this node", hosts::size);
    return vertx
        .executeBlocking(this::kinds, false)
        .compose(found -> {
          catalogue = Objects.requireNonNull(found);
          return mesh.bus().serve(Addresses.agents(mesh.nodeId()), this::handle);
        })
        .onSuccess(served -> {
          vertx.setPeriodic(TELL_MILLIS, timer -> tick());
          vertx.setPeriodic(
              SECOND_MILLIS,
              timer -> hosts.values().forEach(host -> host.second(System.nanoTime())));
        });
  }

  private AgentCatalogue kinds() throws Exception {
    if (config.folder().isEmpty()) {
      return new AgentCatalogue(builtIn);
    }
    AgentJars.Found found = AgentJars.in(config.folder().get());
    List<AgentKind> both = new ArrayList<>(builtIn);
    both.addAll(found.kinds());
    AgentCatalogue all = new AgentCatalogue(both);
    metrics.gauge("starling.agents.jar.faults", "Jars left out", found.faults()::size);
    LOG.info("agents of {}: {}", config.folder().get(), String.join(", ", all.words()));
    return all;
  }

  private void tick() {
    if (!isServing && !isDraining && mayRegister.getAsBoolean()) {
      isServing = true;
      mesh.roleIs(ROLE, State.SERVING);
      config.start().forEach(this::startWithTheNode);
    }
    hosts.values().forEach(AgentHost::tell);
  }

  private void startWithTheNode(String kind) {
    try {
      Future<?> _ = begin(new Spawn(kind, null, null, ""));
    } catch (RefusalException refusal) {
      LOG.error("agents.start: {}", refusal.text());
    }
  }

  private @Nullable Future<? extends MeshMessage> handle(AgentsMessage message) {
    return switch (message) {
      case OfferQuery _ ->
          Future.succeededFuture(
              new Offer(catalogue.words(), hosts.size(), config.most(), config.swarms()));
      case Spawn spawn -> begin(spawn);
      case Control control -> control(control);
      case Incoming incoming -> {
        incoming(incoming);
        yield null;
      }
      case Perform perform ->
          Future.succeededFuture(
              new Assigned(
                  host(perform.agentId()).map(host -> host.perform(perform.task())).orElse(false)));
      case Desist desist -> {
        host(desist.agentId()).ifPresent(host -> host.desist(desist.taskId(), desist.attempt()));
        yield null;
      }
      case Ousted ousted -> {
        host(ousted.agentId()).ifPresent(host -> ousted(host, ousted.reason()));
        yield null;
      }
      case SwarmQuery _, SwarmStart _, SwarmShutDown _, SwarmConnect _ ->
          Future.failedFuture(new IllegalStateException("for a swarm, not for its node"));
      case Controlled _, Offer _, Spawned _, SwarmIs _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private Optional<AgentHost> host(String agentId) {
    return Optional.ofNullable(hosts.get(agentId));
  }

  /** Answers once the agent is known to the mesh, which it may have to wait for. */
  private Future<Spawned> begin(Spawn spawn) {
    HostServices shared = services;
    if (shared == null || !isServing || isDraining) {
      throw RefusalException.unavailable(ROLE, "this node does not host agents now").notMade();
    }
    AgentKind kind =
        catalogue
            .kind(spawn.kind())
            .orElseThrow(() ->
                RefusalException.ofField(
                        ErrorCode.INVALID_MESSAGE,
                        "kind",
                        "one of " + String.join(", ", catalogue.words()),
                        spawn.kind())
                    .notMade());
    if (hosts.size() >= config.most()) {
      throw RefusalException.unavailable(ROLE, "this node is full; raise agents.max").notMade();
    }
    String agentId = AgentIds.next(kind.kind());
    AgentHost host =
        new AgentHost(
            new AgentIdentity(agentId, kind, spawn.subject(), spawn.name(), spawn.profile()),
            shared);
    hosts.put(agentId, host);
    return host.begin()
        .timeout(KNOWN_MILLIS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .map(new Spawned(agentId));
  }

  private Future<Controlled> control(Control control) {
    AgentHost host =
        host(control.agentId())
            .orElseThrow(() ->
                new RefusalException(
                    ErrorCode.AGENT_NOT_FOUND,
                    "agent " + control.agentId() + " has left this node",
                    Map.of("agentId", control.agentId())));
    Future<?> done =
        switch (control.action()) {
          case PAUSE -> host.pause();
          case RESUME -> host.resume();
          case RESTART -> {
            host.restart();
            yield Future.succeededFuture();
          }
          case STOP -> stop(host, "it was stopped");
        };
    return done.map(ignored -> new Controlled(host.agentId(), host.life().word()));
  }

  private Future<?> stop(AgentHost host, String why) {
    hosts.remove(host.agentId());
    return host.stop(why);
  }

  private void ousted(AgentHost host, String why) {
    LOG.warn("agent {} is given up: {}", host.agentId(), why);
    Future<?> _ = stop(host, why);
  }

  private void incoming(Incoming incoming) {
    host(incoming.agentId())
        .ifPresentOrElse(
            host -> host.incoming(incoming.packet(), incoming.similarity()),
            () -> metrics.dropped(1));
  }

  /** Ends every agent; complete once no router knows one, or a second later. */
  public Future<Void> drain() {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(turn -> {
      isDraining = true;
      mesh.roleIs(ROLE, State.DRAINING);
      List<Future<?>> gone = new ArrayList<>();
      List.copyOf(hosts.values()).forEach(host -> gone.add(stop(host, "its node ends")));
      Future.join(gone)
          .timeout(DRAIN_MILLIS, TimeUnit.MILLISECONDS)
          .onComplete(done -> drained.complete());
    });
    return drained.future();
  }
}
