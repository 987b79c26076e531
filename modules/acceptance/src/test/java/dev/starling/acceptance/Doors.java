/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The gateways of one {@link Place}, each a real process. */
final class Doors implements AutoCloseable {
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private final Place place;
  private final Map<Door, NodeProcess> nodes = new EnumMap<>(Door.class);
  private final List<Integer> ports = FreePorts.some(Door.values().length + 1);

  Doors(Place place) {
    this.place = place;
    Iterator<Integer> free = ports.iterator();
    for (Door door : Door.values()) {
      String[] configuration = {"--config", file(door).toString()};
      nodes.put(
          door,
          place == Place.ALONE
              ? NodeProcess.start(configuration)
              : NodeProcess.member(free.next(), ports, configuration));
    }
    nodes.values().forEach(NodeProcess::awaitReady);
    if (place == Place.MESH) {
      eventually("every gateway sees all", WHOLE, this::isWhole);
    }
  }

  private static Path file(Door door) {
    try {
      Path file = Files.createTempFile(door.name(), ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, door.configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of them needs a token for what the others say of it. */
  boolean isWhole() {
    return Stream.of(Door.OPEN, Door.TIGHT)
        .map(this::node)
        .map(node -> ThreeNodes.objects(node.get("/api/mesh").json().getJsonArray("nodes")))
        .allMatch(seen ->
            seen.size() == Door.values().length
                && seen.stream()
                    .flatMap(one -> ThreeNodes.objects(one.getJsonArray("roles")).stream())
                    .allMatch(role -> ThreeNodes.READY.contains(role.getString("state"))));
  }

  /** One more node of the mesh, a router; it ends with its caller. */
  NodeProcess join(String name) {
    return NodeProcess.member(
        ports.getLast(), ports, "--set", "node.name=" + name, "--set", "node.roles=router");
  }

  NodeProcess node(Door door) {
    return Optional.ofNullable(nodes.get(door)).orElseThrow();
  }

  /** The port of a path of one gateway: agents have one that serves {@code /} alone. */
  int port(Door door, String path) {
    boolean isAgentPort = path.equals("/") || path.startsWith("/?");
    return isAgentPort ? node(door).agentPort() : node(door).httpPort();
  }

  /** Client addresses that have sockets open on a gateway that needs no token. */
  double addresses(Door door) {
    return metric(door, "starling_gateway_addresses");
  }

  /** The sum of a metric's values whose lines begin so, of a gateway that needs no token. */
  double metric(Door door, String beginning) {
    return node(door)
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** The gateways of the mesh that {@code door} belongs to, itself first. */
  List<Door> meshOf(Door door) {
    Stream<Door> others = Stream.of(Door.values()).filter(other -> other != door);
    return place == Place.ALONE ? List.of(door) : Stream.concat(Stream.of(door), others).toList();
  }

  @Override
  public void close() {
    nodes.values().forEach(NodeProcess::close);
  }
}
