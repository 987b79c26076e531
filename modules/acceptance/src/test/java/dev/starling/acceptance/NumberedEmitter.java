/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * An agent that emits numbered outcomes and waits for no answer before the next, at the pace of a
 * test or with always as many under way as it may; it keeps the answer to each. Thread-safe.
 */
final class NumberedEmitter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration WINDOW = Duration.ofMillis(200);
  private static final int WINDOWS = 5;

  /** An ack, or an error in its place. */
  record Answer(int number, long sentNanos, long nanos, JsonObject message) {
    boolean isAckOf(String receiver) {
      return "outcome_ack".equals(message.getString("type"))
          && named(message).equals(List.of(receiver));
    }

    Duration after() {
      return Duration.ofNanos(nanos - sentNanos);
    }

    boolean isPassingError() {
      return Set.of("UNAVAILABLE", "TIMEOUT").contains(message.getString("code", ""));
    }
  }

  private final QisClient client;
  private final String agentId;
  private final IntPredicate hasOwnId;
  private final List<Long> sent = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private int underWay;

  /**
   * Takes over what a registered client receives.
   *
   * @param hasOwnId whether an outcome of this number has an id of the client's
   */
  NumberedEmitter(QisClient client, String agentId, IntPredicate hasOwnId) {
    this.client = client;
    this.agentId = agentId;
    this.hasOwnId = hasOwnId;
    client.socket().textMessageHandler(text -> keep(new JsonObject(text)));
  }

  /** Emits from now on so that always {@code wanted} are under way, from the first answer on. */
  synchronized NumberedEmitter keepUnderWay(int wanted) {
    underWay = wanted;
    emit();
    return this;
  }

  /** Emits one more. */
  synchronized void emit() {
    int number = sent.size();
    JsonObject packet =
        new JsonObject().put("payload", number).put("fingerprint", QisClient.array(1, 0));
    if (hasOwnId.test(number)) {
      packet.put("outcome_id", agentId + "-" + number);
    }
    JsonObject outcome =
        new JsonObject().put("type", "outcome").put("id", number).put("packet", packet);
    sent.add(System.nanoTime());
    client.socket().writeTextMessage(outcome.encode()).onFailure(failure -> stop());
  }

  /** Emits one more and waits until all have an answer. */
  void emitAndAwait() {
    emit();
    awaitAnswers();
  }

  private synchronized void keep(JsonObject message) {
    if (Set.of("outcome_ack", "error").contains(message.getString("type"))) {
      int number = message.getInteger("id");
      answers.add(new Answer(number, sent.get(number), System.nanoTime(), message));
      while (sent.size() - answers.size() < underWay) {
        emit();
      }
    }
  }

  private synchronized void stop() {
    underWay = 0;
  }

  /** Emits no more; every outcome has one answer then, in the order of emission. */
  NumberedEmitter finish() {
    stop();
    awaitAnswers();
    assertThat(answers().stream().map(Answer::number)).containsExactlyElementsOf(numbers());
    return this;
  }

  /** The number of every outcome, as they were emitted. */
  List<Integer> numbers() {
    return IntStream.range(0, emitted()).boxed().toList();
  }

  synchronized int emitted() {
    return sent.size();
  }

  /** A copy. */
  synchronized List<Answer> answers() {
    return List.copyOf(answers);
  }

  /** Waits until all that is emitted by now has an answer. */
  void awaitAnswers() {
    int wanted = emitted();
    eventually(wanted + " answers", PATIENCE, () -> answered() >= wanted);
  }

  /** Waits until so many more answers came. */
  NumberedEmitter awaitMore(int more) {
    int wanted = answered() + more;
    eventually(more + " more answers", PATIENCE, () -> answered() >= wanted);
    return this;
  }

  synchronized int answered() {
    return answers.size();
  }

  /** The answers in a window of time, from now on; the median one of some windows. */
  int pace() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      int before = answered();
      long start = System.nanoTime();
      eventually(
          "a window has passed", PATIENCE, () -> System.nanoTime() - start >= WINDOW.toNanos());
      counts.add(answered() - before);
    }
    Measured.note("answers in " + WINDOW.toMillis() + " ms: " + counts);
    return counts.stream().sorted().toList().get(WINDOWS / 2);
  }

  /** The pace once it is at least so high, or what it is when {@code patience} is over. */
  int paceOf(int least, Duration patience) {
    long start = System.nanoTime();
    int pace = pace();
    while (pace < least && System.nanoTime() - start < patience.toNanos()) {
      pace = pace();
    }
    return pace;
  }

  /** Waits until a client has received all that was acknowledged as routed to it. */
  void awaitArrivals(String receiver, QisClient client) {
    List<Integer> promised =
        answers().stream().filter(one -> one.isAckOf(receiver)).map(Answer::number).toList();
    eventually(
        "all that was acknowledged arrived",
        PATIENCE,
        () -> {
          Set<Integer> arrived = Set.copyOf(arrivedAt(client));
          assertThat(promised).allMatch(arrived::contains);
          return true;
        });
    client.settle();
  }

  /** The numbers of this emitter's outcomes that reached a client, as they came. */
  List<Integer> arrivedAt(QisClient receiver) {
    return receiver.pending().stream()
        .filter(message -> "incoming_outcome".equals(message.getString("type")))
        .map(message -> message.getJsonObject("packet"))
        .filter(packet -> agentId.equals(packet.getString("source_agent")))
        .map(packet -> packet.getInteger("payload"))
        .toList();
  }
}
