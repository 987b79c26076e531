/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Well-behaved sessions that go on while others mean harm: agents that send each other numbered
 * outcomes, one that changes a setting and one that is told of it, one that pings, and some that
 * only listen. Each turn waits for all that it asked for, so what is lost or out of order shows.
 */
final class Bystanders implements AutoCloseable {
  private static final int PAIRS = 2;
  private static final int BURST = 5;
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** A session of browsers may say a thousand things a minute. */
  private static final Duration LONG_PAUSE = Duration.ofMillis(100);

  private static final String SETTING = "calm.counter";

  private final int httpPort;
  private final int agentPort;
  private final Vertx vertx = Vertx.vertx();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
  private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final List<CalmSession> sessions = new ArrayList<>();
  private volatile boolean over;

  Bystanders(int httpPort, int agentPort) {
    this.httpPort = httpPort;
    this.agentPort = agentPort;
  }

  /** One round of what a session does, by its number from 1. */
  private interface Turn {
    void take(int number) throws InterruptedException;
  }

  /** Connects all of them and lets them go on until {@link #close}. */
  Bystanders start() throws Exception {
    for (int i = 0; i < PAIRS; i++) {
      goOn(agents(i), PAUSE);
    }
    goOn(settings(), LONG_PAUSE);
    goOn(pings(), LONG_PAUSE);
    for (String path : List.of("/ws/analytics", "/ws/agents")) {
      open(httpPort, path, "error");
    }
    return this;
  }

  private CalmSession open(int port, String path, String... types) throws Exception {
    List<String> wanted = List.of(types);
    CalmSession session =
        CalmSession.open(vertx, port, path, message -> wanted.contains(message.getString("type")));
    sessions.add(session);
    return session;
  }

  private void goOn(Turn turn, Duration pause) {
    threads.add(
        Thread.ofPlatform()
            .name("bystander")
            .start(() -> {
              try {
                for (int number = 1; !over; number++) {
                  long start = System.nanoTime();
                  turn.take(number);
                  nanos.add(System.nanoTime() - start);
                  LockSupport.parkNanos(pause.toNanos());
                }
              } catch (InterruptedException | RuntimeException | AssertionError e) {
                faults.add(e);
              }
            }));
  }

  private CalmSession agent(String id, JsonArray fingerprint) throws Exception {
    CalmSession agent =
        open(agentPort, "/", "registered", "outcome_ack", "incoming_outcome", "error");
    agent.send(
        new JsonObject()
            .put("type", "register")
            .put("agent_id", id)
            .put("space", "calm")
            .put("fingerprint", fingerprint));
    agent.next("registered");
    return agent;
  }

  private Turn agents(int pair) throws Exception {
    JsonArray own = new JsonArray().add(pair == 0 ? 1 : 0).add(pair == 0 ? 0 : 1);
    String receiverId = "calm-receiver-" + pair;
    CalmSession receiver = agent(receiverId, own);
    CalmSession emitter = agent("calm-emitter-" + pair, own);
    return number -> {
      for (int i = 0; i < BURST; i++) {
        JsonObject packet = new JsonObject().put("n", number * BURST + i);
        emitter.send(new JsonObject().put("type", "outcome").put("packet", packet));
      }
      for (int i = 0; i < BURST; i++) {
        JsonArray routedTo = emitter.next("outcome_ack").getJsonArray("routed_to");
        assertThat(routedTo).containsExactly(receiverId);
        JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
        assertThat(packet.getInteger("n")).isEqualTo(number * BURST + i);
      }
    };
  }

  private Turn settings() throws Exception {
    CalmSession writer =
        CalmSession.open(vertx, httpPort, "/ws/voice", message -> message.containsKey("id"));
    CalmSession reader =
        CalmSession.open(
            vertx, httpPort, "/ws", message -> SETTING.equals(message.getString("path")));
    sessions.addAll(List.of(writer, reader));
    return number -> {
      writer.send(
          new JsonObject()
              .put("type", "settings")
              .put("id", number)
              .put("path", SETTING)
              .put("value", number));
      assertThat(writer.next("settings_updated").getInteger("id")).isEqualTo(number);
      assertThat(reader.next("settings_updated").getInteger("value")).isEqualTo(number);
    };
  }

  private Turn pings() throws Exception {
    CalmSession session = open(httpPort, "/ws/voice", "pong", "error");
    return number -> {
      session.send(new JsonObject().put("type", "ping").put("timestamp", number));
      assertThat(session.next("pong").getInteger("timestamp")).isEqualTo(number);
    };
  }

  int count() {
    return sessions.size();
  }

  /** Fails where one of them was ended, or saw anything in a turn but what it asked for. */
  void assertUndisturbed() {
    assertThat(faults).isEmpty();
    assertThat(sessions).noneMatch(CalmSession::isClosed);
  }

  /** The same once every one has ended its turn, so that whatever came since was not asked for. */
  void assertUndisturbedToTheEnd() {
    stop();
    assertUndisturbed();
    assertThat(sessions).extracting(CalmSession::unasked).containsOnlyNulls();
  }

  private void stop() {
    over = true;
    for (Thread thread : threads) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  int turns() {
    return nanos.size();
  }

  /** How long {@code share} of all turns took at most; 1 for the longest. */
  Duration turn(double share) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return Duration.ofNanos(sorted.get((int) Math.ceil(sorted.size() * share) - 1));
  }

  @Override
  public void close() {
    stop();
    sessions.forEach(CalmSession::close);
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, SECONDS).join();
  }
}
