/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Nodes of one real cluster in this JVM, on loopback and free ports. */
final class TestCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int PEER_QUEUE = 64 << 20;

  private final List<Integer> ports = freePorts(3);
  private final List<Mesh> running = new ArrayList<>();
  private int started;

  /** A node and what it counts. */
  record Node(Mesh mesh, MeterRegistry registry) {}

  Node start(String name, String... roles) {
    return start(name, Optional.empty(), roles);
  }

  Node start(String name, Optional<ClusterConfig.Tls> tls, String... roles) {
    MeterRegistry registry = new SimpleMeterRegistry();
    ClusterConfig config = config(ports.get(started++), ports, "test", Optional.empty(), tls);
    MeshStart start =
        new MeshStart(
            config,
            new NodeIdentity(name, "1.2.3", List.of(roles)),
            registry,
            new VertxOptions().setEventLoopPoolSize(2));
    Mesh mesh = await(start.start());
    running.add(mesh);
    return new Node(mesh, registry);
  }

  /** The cluster port of the node that was started at {@code place}, and the members to join. */
  ClusterConfig member(int place) {
    return config(ports.get(place), ports, "test", Optional.empty(), Optional.empty());
  }

  void stop(Node node) {
    running.remove(node.mesh());
    await(node.mesh().leave());
  }

  static ClusterConfig config(
      int port,
      List<Integer> members,
      String name,
      Optional<String> secret,
      Optional<ClusterConfig.Tls> tls) {
    return config(port, 0, members, name, secret, tls);
  }

  static ClusterConfig config(
      int port,
      int busPort,
      List<Integer> members,
      String name,
      Optional<String> secret,
      Optional<ClusterConfig.Tls> tls) {
    return new ClusterConfig(
        Optional.of(port),
        busPort,
        "127.0.0.1",
        Optional.empty(),
        members.stream().map(member -> "127.0.0.1:" + member).toList(),
        name,
        secret,
        Duration.ofSeconds(1),
        Duration.ofSeconds(4),
        Duration.ofSeconds(5),
        PEER_QUEUE,
        tls);
  }

  static List<Integer> freePorts(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a future's result. */
  static <T> T await(Future<T> future) {
    settle(future);
    if (future.failed()) {
      throw new AssertionError(future.cause());
    }
    return future.result();
  }

  /** Waits for a future to fail; why it did. */
  static Throwable failure(Future<?> future) {
    settle(future);
    if (future.succeeded()) {
      throw new AssertionError("did not fail but gave " + future.result());
    }
    return future.cause();
  }

  private static void settle(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!future.failed()) {
        throw new AssertionError(e);
      }
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits until a condition holds. */
  static void eventually(String what, Callable<Boolean> condition) {
    long start = System.nanoTime();
    try {
      while (!condition.call()) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new AssertionError("not within " + PATIENCE + ": " + what);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
  }

  @Override
  public void close() {
    await(Future.join(running.stream().map(Mesh::leave).toList()));
  }
}
