/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.CloseCode;
import dev.starling.protocol.RawJson;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is bounded between the gateway's loop, which the test's thread plays, and that of a session
 * on a real socket.
 */
class HandOverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAYLOAD = 10_000;
  private static final Arrival OUTCOME =
      new Arrival(
          RawJson.of("{\"outcome_id\":\"o\",\"payload\":\"" + "x".repeat(PAYLOAD) + "\"}"), 0);

  /** More outcomes than a session's queue takes. */
  private static final int MANY = 4 * TestGateway.OUTCOME_QUEUE / PAYLOAD;

  private final TestGateway gateway = new TestGateway();
  private final CompletableFuture<Void> busy = new CompletableFuture<>();

  @SuppressWarnings("NullAway.Init")
  private TestGateway.Opened opened;

  @BeforeEach
  void open() {
    opened = gateway.open(new GatewayMetrics(gateway.metrics()), new AwakeClock(System::nanoTime));
  }

  @AfterEach
  void close() {
    busy.complete(null);
    opened.peer().close();
    gateway.close();
  }

  /** The session's loop does nothing until the test ends it. */
  private void keepLoopBusy() {
    opened.loop().run(busy::join);
  }

  private void deliver(int outcomes) {
    for (int i = 0; i < outcomes; i++) {
      opened.session().deliver(OUTCOME, 1);
    }
  }

  private int dropped(String cause) {
    return (int) gateway.count("starling.gateway.drops", "cause", cause);
  }

  private void assertReceived(int outcomes) {
    for (int i = 0; i < outcomes; i++) {
      assertThat(opened.peer().readText()).contains("incoming_outcome");
    }
  }

  @Test
  void outcomesForALoopThatCannotKeepUpAreLeftOutAndCountedAtOnceAndToldBehindTheOthers() {
    long before = System.currentTimeMillis();
    keepLoopBusy();
    deliver(MANY);
    int taken = MANY - dropped("slow-reader");
    assertThat(taken * PAYLOAD)
        .isBetween(TestGateway.OUTCOME_QUEUE / 2, TestGateway.OUTCOME_QUEUE + PAYLOAD);
    busy.complete(null);
    assertReceived(taken);
    JsonObject lost = new JsonObject(opened.peer().readText());
    assertThat(lost.getString("code")).isEqualTo("OUTCOMES_LOST");
    assertThat(lost.getJsonObject("details").getLong("since"))
        .isBetween(before, System.currentTimeMillis());
    deliver(1);
    assertReceived(1);
    assertThat(dropped("slow-reader")).isEqualTo(MANY - taken);
  }

  @Test
  void whatWaitsInTheSocketCountsTogetherWithWhatItsLoopHasNotTaken() {
    CompletableFuture<Void> stalled = new CompletableFuture<>();
    opened
        .loop()
        .run(() -> {
          deliver(MANY / 8);
          stalled.complete(null);
          busy.join();
        });
    stalled.join();
    deliver(MANY);
    int taken = MANY / 8 + MANY - dropped("slow-reader");
    assertThat(taken * PAYLOAD)
        .isBetween(TestGateway.OUTCOME_QUEUE / 2, TestGateway.OUTCOME_QUEUE + PAYLOAD);
    busy.complete(null);
    assertReceived(taken);
  }

  @Test
  void whatTheLoopTakesInTimeIsNeverLeftOutHoweverMuchItIs() {
    // A quarter of the queue: what the peer has read may for a moment still count as unsent.
    for (int i = 0; i < 16; i++) {
      deliver(MANY / 16);
      assertReceived(MANY / 16);
    }
    assertThat(dropped("slow-reader")).isZero();
  }

  @Test
  void whatComesForASessionThatIsBeingClosedIsCountedAsThat() {
    opened.session().close(CloseCode.POLICY);
    assertThat(opened.peer().closeCode()).isEqualTo(1008);
    deliver(MANY);
    eventually("all are counted", PATIENCE, () -> dropped("closing") == MANY);
    assertThat(dropped("slow-reader")).isZero();
    opened.peer().answerClose();
  }
}
