/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Tells clients what changed in the graph, and how the simulation is, while this node leads; and
 * gives the slots of removed nodes back once clients were told. The verticle's event loop only.
 */
final class GraphEvents {
  private static final long SECOND = 1_000_000_000L;

  /** A removed node's slot goes to no other for so long after clients were told. */
  private static final long REST_NANOS = 5 * SECOND;

  /** Between two events on how the simulation is, unless it turned into another state. */
  private static final long STATE_NANOS = SECOND / 2;

  /** Clients were told of everything up to a version of the graph. */
  private record Told(long version, long at) {}

  private record News(Optional<GraphUpdate> update, long version) {}

  private final MeshBus bus;
  private final Context context;
  private final Simulation simulation;
  private final LongSupplier nanoClock;
  private final ArrayDeque<Told> told = new ArrayDeque<>();
  private SimulationState stateTold = SimulationState.NONE;
  private long stateToldAt;

  GraphEvents(MeshBus bus, Context context, Simulation simulation, LongSupplier nanoClock) {
    this.bus = bus;
    this.context = context;
    this.simulation = simulation;
    this.nanoClock = nanoClock;
  }

  /** Begins with a graph of which nothing was told. */
  void begin() {
    told.clear();
  }

  /** Tells these gateways what is new; to be called ten times a second. */
  void tell(Set<String> gateways) {
    Future<?> _ =
        Answers.inTurn(
                simulation.withWorld(world -> {
                  Optional<GraphUpdate> news = world.takeNews();
                  return new News(news, world.graph().version());
                }),
                context)
            .onSuccess(news -> tell(news, gateways));
    recycle(nanoClock.getAsLong());
    tellState(gateways);
  }

  private void tell(News news, Set<String> gateways) {
    news.update()
        .ifPresent(update -> {
          publish(gateways, Event.GRAPH_UPDATE, "", update);
          told.add(new Told(news.version(), nanoClock.getAsLong()));
        });
  }

  private void recycle(long now) {
    while (!told.isEmpty() && now - told.element().at() > REST_NANOS) {
      long version = told.remove().version();
      Future<?> _ =
          Answers.inTurn(
              simulation.withStore(store -> {
                store.recycle(version);
                return store;
              }),
              context);
    }
  }

  private void tellState(Set<String> gateways) {
    SimulationState now = simulation.state();
    long at = nanoClock.getAsLong();
    boolean isDue = at - stateToldAt > STATE_NANOS && !now.equals(stateTold);
    if (isDue || now.isUnlike(stateTold)) {
      stateTold = now;
      stateToldAt = at;
      publish(
          gateways,
          Event.SIMULATION_STATE,
          "state",
          new FlowServerMessage.SimulationState(
              now.isRunning(),
              now.isConverged(),
              now.iteration(),
              now.kineticEnergy(),
              now.ticksPerSecond(),
              now.nodes(),
              now.edges(),
              now.rate()));
    }
  }

  private void publish(Set<String> gateways, Event event, String key, FlowServerMessage message) {
    Publish publish = new Publish(event, key, new RawJson(FlowWriter.bytes(message)));
    gateways.forEach(gateway -> bus.send(Addresses.gateway(gateway), publish));
  }
}
