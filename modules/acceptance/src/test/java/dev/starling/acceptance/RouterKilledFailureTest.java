/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A gateway whose router dies hands what waited there, and what comes, to another one. */
class RouterKilledFailureTest {
  private static final int BEFORE = 200;
  private static final int OUTCOMES = 600;
  private static final int UNDER_WAY = 64;
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldLoseNothingOfWhatIsUnderWay() {
    try (RouterPair mesh = RouterPair.near()) {
      QisClient receiver = mesh.agent("receiver", 1, 0);
      QisClient emitter = mesh.agent("emitter", 0, 1);
      Measured latencies = new Measured("acks while the gateway's router dies");
      IntConsumer routing =
          number -> {
            JsonObject ack =
                latencies.time(() -> emitter.send(outcome(number)).next("outcome_ack"));
            assertThat(named(ack)).containsExactly("receiver");
          };
      IntStream.range(0, BEFORE).forEach(routing);
      mesh.chosen(() -> routing.accept(BEFORE)).kill();
      IntStream.range(BEFORE + 1, OUTCOMES).forEach(routing);
      latencies.report();
      emitter.emit("last", 1, 0);
      receiver.next(
          message ->
              "last".equals(message.getJsonObject("packet", new JsonObject()).getValue("payload")),
          "the last outcome");
      List<Integer> received = TopicLoad.numbers(receiver);
      assertThat(received).containsExactlyElementsOf(IntStream.range(0, OUTCOMES).boxed().toList());
      assertThat(emitter.pending()).isEmpty();
      assertThat(latencies.worst()).isLessThan(PAUSE);
    }
  }

  /** Every other one has an id of the client's. */
  private static JsonObject outcome(int number) {
    JsonObject packet =
        new JsonObject().put("payload", number).put("fingerprint", QisClient.array(1, 0));
    if (number % 2 == 0) {
      packet.put("outcome_id", "own-" + number);
    }
    return new JsonObject().put("type", "outcome").put("packet", packet);
  }

  @Test
  void shouldAnswerAPipelineAndStayFast() {
    try (RouterPair mesh = RouterPair.far()) {
      QisClient receiver = mesh.agent("receiver", 1, 0);
      NumberedEmitter emitter = mesh.pipeline("emitter", UNDER_WAY);
      int before = emitter.pace();
      NodeProcess dying = mesh.chosen(emitter::emitAndAwait);
      dying.kill();
      emitter.awaitAnswers();
      int after = emitter.paceOf(before / 3, RECOVERY);
      emitter.finish();
      emitter.awaitArrivals("receiver", receiver);

      assertThat(emitter.answers()).allMatch(answer -> answer.isAckOf("receiver"));
      assertThat(emitter.arrivedAt(receiver)).containsExactlyElementsOf(emitter.numbers());
      assertThat(after).as("the pace, which was %d", before).isGreaterThanOrEqualTo(before / 3);
    }
  }
}
