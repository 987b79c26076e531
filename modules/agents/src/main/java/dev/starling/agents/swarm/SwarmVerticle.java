/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.agents.synthesis.Role;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Leadership;
import dev.starling.fabric.LeadershipListener;
import dev.starling.fabric.Mesh;
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
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.swarms.SwarmOptions;
import dev.starling.swarms.SwarmOptions.Patience;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One swarm on one node that may follow it. Of all nodes whose operators named the swarm one
 * follows it; another takes over when that one is gone. To be deployed after the node's gateway,
 * which registers its agents; everything runs on its event loop.
 */
public final class SwarmVerticle extends VerticleBase implements LeadershipListener {
  private static final String ROLE = "agents";
  private static final long SECOND_MILLIS = 1_000;
  private static final long NOT = -1;
  private static final Duration ASKED = Duration.ofSeconds(2);

  /** A server that does not start here may start on another node, which has so long to show it. */
  private static final Duration ASIDE = Duration.ofMinutes(1);

  /** What clients wait for is done or given up before they do. */
  private static final Duration CALL = Duration.ofMillis(4_500);

  private final Mesh mesh;
  private final SwarmConfig config;
  private final SwarmOptions options;
  private final List<String> kinds;
  private final SwarmMetrics metrics;
  private @Nullable Leadership leadership;
  private @Nullable SwarmTerm term;
  private long leading = NOT;

  /** The term before has ended, and what it started with it. */
  private Future<Void> ended = Future.succeededFuture();

  /** One swarm of {@code mesh}'s node. */
  public SwarmVerticle(Mesh mesh, SwarmConfig config, MeterRegistry registry) {
    this(mesh, config, registry, usual());
  }

  /** The same, as patient and eager as is said. */
  SwarmVerticle(Mesh mesh, SwarmConfig config, MeterRegistry registry, SwarmOptions options) {
    this.options = options;
    this.mesh = mesh;
    this.config = config;
    this.kinds = config.kinds().isEmpty() ? ownKinds() : config.kinds();
    this.metrics = new SwarmMetrics(registry, config.name());
  }

  private static SwarmOptions usual() {
    SwarmOptions usual = SwarmOptions.defaults();
    Patience patience = usual.patience();
    return new SwarmOptions(
        usual.cadence(),
        new Patience(patience.connect(), CALL, patience.ping(), patience.stop()),
        usual.retry(),
        usual.bounds());
  }

  private static List<String> ownKinds() {
    return Arrays.stream(Role.values()).map(Role::kind).toList();
  }

  @Override
  public Future<?> start() {
    metrics.gauge(
        "starling.swarms.agents",
        "Agents of a swarm that this node follows",
        () -> {
          SwarmTerm mine = term;
          return mine == null ? 0 : mine.agentCount();
        });
    metrics.gauge(
        "starling.swarms.connected",
        "1 while this node hears the swarm's server",
        () -> {
          SwarmTerm mine = term;
          return mine != null && mine.isConnected() ? 1 : 0;
        });
    return mesh.bus()
        .serve(Addresses.swarm(mesh.nodeId(), config.name()), this::handle)
        .onSuccess(served -> {
          leadership = mesh.leadership(ROLE, "swarm:" + config.name(), context, this);
          vertx.setPeriodic(SECOND_MILLIS, timer -> second());
        });
  }

  private void second() {
    SwarmTerm mine = term;
    if (mine != null) {
      mine.second();
    }
  }

  @Override
  public void leads(long number) {
    leading = number;
    ended.onComplete(done -> {
      if (leading == number) {
        SwarmTerm mine =
            new SwarmTerm(mesh, context, config, options, kinds, metrics, this::givenUp);
        term = mine;
        mine.start();
      }
    });
  }

  @Override
  public void leadsNoMore(long number) {
    end();
  }

  private void end() {
    leading = NOT;
    SwarmTerm mine = term;
    term = null;
    if (mine != null) {
      ended = mine.stop().otherwiseEmpty();
    }
  }

  /** A program that is at work may outlive its input, and so a node that nobody drained. */
  @Override
  public Future<?> stop() {
    end();
    return ended;
  }

  /** Another node that may follow the swarm tries, where there is one. */
  private void givenUp() {
    for (NodeInfo node : mesh.view().running(ROLE)) {
      if (!node.id().equals(mesh.nodeId())) {
        mesh.bus()
            .request(Addresses.swarm(node.id(), config.name()), new SwarmQuery(false), ASKED)
            .onSuccess(there -> stepAside());
      }
    }
  }

  private void stepAside() {
    Leadership mine = leadership;
    if (mine != null && term != null) {
      Future<?> _ = mine.stepAside(ASIDE);
    }
  }

  private SwarmTerm term() {
    SwarmTerm mine = term;
    if (mine == null) {
      throw RefusalException.unavailable(
              ROLE, "another node follows swarm " + config.name() + "; try again")
          .notMade();
    }
    return mine;
  }

  private @Nullable Future<? extends MeshMessage> handle(AgentsMessage message) {
    return switch (message) {
      case OfferQuery _ -> Future.succeededFuture(offer());
      case Spawn spawn -> term().spawn(spawn);
      case Control control -> term().control(control);
      case Perform perform -> Future.succeededFuture(new Assigned(term().perform(perform)));
      case Desist desist -> {
        term().desist(desist);
        yield null;
      }
      case Ousted(String agentId, String reason) -> {
        term().ousted(agentId, reason);
        yield null;
      }
      case Incoming _ -> {
        metrics.outcomeDropped();
        yield null;
      }
      case SwarmQuery(boolean whole) -> Future.succeededFuture(report(whole));
      case SwarmStart start -> term().startSwarm(start).map(told -> new SwarmIs(true, told));
      case SwarmShutDown _ -> term().shutDownSwarm().map(told -> new SwarmIs(true, told));
      case SwarmConnect _ -> Future.succeededFuture(new SwarmIs(true, term().connect()));
      case Controlled _, Offer _, Spawned _, SwarmIs _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private Offer offer() {
    SwarmTerm mine = term;
    return mine == null ? new Offer(List.of(), 0, 0) : mine.offer();
  }

  private SwarmIs report(boolean whole) {
    SwarmTerm mine = term;
    return mine == null
        ? new SwarmIs(false, SwarmReport.standby(config))
        : new SwarmIs(true, mine.report(whole));
  }

  /** Hands over: another node follows the swarm from now on, where one may. */
  public Future<Void> drain() {
    Leadership mine = leadership;
    return mine == null ? Future.succeededFuture() : mine.resign().compose(resigned -> ended);
  }
}
