/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A steady load on the nodes that stay, while another one is harmed: each topic has one emitter, on
 * a node that stays, and one receiver on every node. Every other outcome has an id of the client's,
 * so that owners of ids on the harmed node are asked too.
 */
final class TopicLoad implements AutoCloseable {
  static final int TOPICS = 4;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * An ack, or an error in its place.
   *
   * @param number of the outcome among those of its topic
   */
  record Reply(int topic, int number, long sentNanos, long nanos, JsonObject message) {
    boolean isError() {
      return "error".equals(message.getString("type"));
    }

    boolean names(String agentId) {
      return !isError() && named(message).contains(agentId);
    }

    boolean isPartial() {
      return message.getBoolean("partial", false);
    }
  }

  private final List<QisClient> emitters = new ArrayList<>();
  private final Map<String, QisClient> receivers = new HashMap<>();
  private final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** Registers the agents; the emitters on {@code staying} nodes, the receivers on all. */
  TopicLoad(ThreeNodes mesh, List<Integer> staying) {
    for (int topic = 0; topic < TOPICS; topic++) {
      for (int place = 0; place < ThreeNodes.SIZE; place++) {
        receivers.put(
            receiver(topic, place), mesh.agent(place, receiver(topic, place), fingerprint(topic)));
      }
      emitters.add(mesh.agent(staying.get(topic % staying.size()), "emitter-" + topic));
    }
  }

  static String receiver(int topic, int place) {
    return "receiver-" + topic + "-" + place;
  }

  static double[] fingerprint(int topic) {
    return IntStream.range(0, TOPICS).mapToDouble(i -> i == topic ? 1 : 0).toArray();
  }

  QisClient receiverClient(int topic, int place) {
    return Objects.requireNonNull(receivers.get(receiver(topic, place)));
  }

  TopicLoad start() {
    for (int topic = 0; topic < TOPICS; topic++) {
      int mine = topic;
      threads.add(Thread.ofVirtual().name("emitter-" + topic).start(() -> emit(mine)));
    }
    awaitReplies(TOPICS * 10);
    return this;
  }

  private void emit(int topic) {
    QisClient emitter = emitters.get(topic);
    for (int number = 0; !stopped; number++) {
      JsonObject packet =
          new JsonObject()
              .put("payload", number)
              .put("fingerprint", QisClient.array(fingerprint(topic)));
      if (number % 2 == 0) {
        packet.put("outcome_id", "load-" + topic + "-" + number);
      }
      long sent = System.nanoTime();
      JsonObject reply =
          emitter
              .send(new JsonObject().put("type", "outcome").put("packet", packet))
              .next(
                  message -> List.of("outcome_ack", "error").contains(message.getString("type")),
                  "an answer to outcome " + number);
      replies.add(new Reply(topic, number, sent, System.nanoTime(), reply));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until so many more replies came. */
  void awaitReplies(int more) {
    int wanted = replies.size() + more;
    eventually(more + " more replies", PATIENCE, () -> replies.size() >= wanted);
  }

  List<Reply> replies() {
    return List.copyOf(replies);
  }

  /** Ends the load; every outcome has its reply then. */
  TopicLoad stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return this;
  }

  void assertNoErrors() {
    assertThat(replies.stream().filter(Reply::isError)).isEmpty();
    assertThat(threads).noneMatch(Thread::isAlive);
  }

  /** The time from sending to the reply, at worst. */
  Measured latencies(String what, long fromNanos, long toNanos) {
    Measured measured = new Measured(what);
    replies.stream()
        .filter(reply -> reply.nanos() >= fromNanos && reply.sentNanos() <= toNanos)
        .forEach(reply -> measured.add(reply.nanos() - reply.sentNanos()));
    return measured;
  }

  /** When the last ack came that named any of {@code agents}. */
  long lastNamed(List<String> agents) {
    return replies.stream()
        .filter(reply -> agents.stream().anyMatch(reply::names))
        .mapToLong(Reply::nanos)
        .max()
        .orElseThrow();
  }

  /** Every outcome reached the receivers on a node once, in order; every ack says so. */
  void assertDeliveredOnce(int place) {
    for (int topic = 0; topic < TOPICS; topic++) {
      int mine = topic;
      String id = receiver(topic, place);
      List<Reply> ours = replies.stream().filter(reply -> reply.topic() == mine).toList();
      assertThat(ours).as("acks that name %s", id).allMatch(reply -> reply.names(id));
      List<Integer> expected = IntStream.range(0, ours.size()).boxed().toList();
      eventually(
          id + " has every outcome once",
          PATIENCE,
          () -> {
            assertThat(numbers(receiverClient(mine, place))).isEqualTo(expected);
            return true;
          });
    }
  }

  /** The numbers of the outcomes that a client received and did not take yet. */
  static List<Integer> numbers(QisClient client) {
    return client.pending().stream()
        .filter(message -> "incoming_outcome".equals(message.getString("type")))
        .map(message -> message.getJsonObject("packet").getInteger("payload"))
        .toList();
  }

  @Override
  public void close() {
    stopped = true;
  }
}
