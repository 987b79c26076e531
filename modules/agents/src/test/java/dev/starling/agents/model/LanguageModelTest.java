/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.starling.testkit.ChatService;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A model and a service that speaks HTTP on a socket. */
class LanguageModelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ChatService service = new ChatService();

  @AfterEach
  void close() {
    LocalMesh.await(vertx.close());
    service.close();
  }

  private LanguageModel model(Duration timeout, int calls) {
    return new LanguageModel(vertx, ModelOf.service(service, timeout, calls), metrics);
  }

  private void assertLack(Future<String> answer, ModelLack lack, String why) {
    assertThatThrownBy(() -> LocalMesh.await(answer))
        .rootCause()
        .isInstanceOfSatisfying(
            ModelException.class, failure -> assertThat(failure.lack()).isEqualTo(lack))
        .hasMessageContaining(why)
        .hasMessageNotContaining(ChatService.KEY);
    assertThat(fallbacks(lack)).isPositive();
  }

  private double fallbacks(ModelLack lack) {
    return metrics
        .get("starling.agents.model.fallbacks")
        .tag("cause", lack.word())
        .counter()
        .count();
  }

  private long calls(String outcome) {
    return metrics.get("starling.agents.model.calls").tag("outcome", outcome).timer().count();
  }

  @Test
  void aQuestionGoesToTheChatWithTheModelTheBoundAndTheKey() {
    service.says("  So it is.\n");
    assertThat(LocalMesh.await(model(LONG, 1).ask("You are.", "What \"is\" é?")))
        .isEqualTo("So it is.");
    assertThat(service.heads()).containsExactly("POST /v1/chat/completions Bearer sk-hidden");
    assertThat(service.questions())
        .containsExactly(
            new JsonObject(
                """
                {"model": "small", "max_tokens": 200, "messages": [
                  {"role": "system", "content": "You are."},
                  {"role": "user", "content": "What \\"is\\" é?"}]}\
                """));
    assertThat(calls("answered")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "302,answered 302",
    "401,agents.model.secret",
    "404,agents.model.name",
    "429,answered 429",
    "500,answered 500"
  })
  void aRefusalSaysWhatToLookAt(int status, String why) {
    service.answers(status);
    assertLack(model(LONG, 1).ask("s", "u"), ModelLack.REFUSED, why);
    assertThat(calls("refused")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "[1]",
        "{}",
        "{\"choices\":[]}",
        "{\"choices\":[{\"message\":{\"content\":null}}]}",
        "{\"choices\":[{\"message\":{\"content\":\" \"}}]}",
        "{\"choices\":[{\"message\":{\"content\":[1]}}]}"
      })
  void whatIsNoAnswerOfAChatIsNotUsed(String body) {
    service.answers(body);
    assertLack(model(LONG, 1).ask("s", "u"), ModelLack.UNUSABLE, "answered");
  }

  @Test
  void anAnswerWithoutEndIsNotHeld() {
    service.says("more ".repeat(20_000));
    assertLack(model(LONG, 1).ask("s", "u"), ModelLack.UNUSABLE, "more than 65536 bytes");
  }

  @Test
  void halfASurrogatePairIsMadeWellFormed() {
    service.answers("{\"choices\":[{\"message\":{\"content\":\"a\\ud83d\"}}]}");
    assertThat(LocalMesh.await(model(LONG, 1).ask("s", "u"))).isEqualTo("a?");
  }

  @Test
  void aServiceThatIsSilentIsNotWaitedForLongerThanConfigured() {
    assertLack(
        model(Duration.ofMillis(100), 1).ask("s", "u"), ModelLack.LATE, "not answer within 100 ms");
  }

  @Test
  void aServiceThatFailedIsLeftAloneForAWhileAndThenAskedAgain() {
    LanguageModel model = model(LONG, 4);
    service.leave();
    assertThat(model.isWell()).isTrue();
    assertLack(model.ask("s", "u"), ModelLack.UNREACHABLE, "cannot be asked");
    assertThat(model.isWell()).isFalse();
    assertLack(model.ask("s", "u"), ModelLack.RESTING, "a moment ago");
    assertThat(calls("unreachable")).isEqualTo(1);

    eventually("it is trusted again", PATIENCE, model::isWell);
    assertLack(model.ask("s", "u"), ModelLack.UNREACHABLE, "cannot be asked");
  }

  @Test
  void afterAFailureOneQuestionHasToShowThatItWorksAgain() {
    LanguageModel model = model(LONG, 4);
    service.answers(503);
    assertLack(model.ask("s", "u"), ModelLack.REFUSED, "503");
    eventually("it is trusted again", PATIENCE, model::isWell);
    service.says("Back.");
    List<Future<String>> answers =
        IntStream.range(0, 6).mapToObj(i -> model.ask("s", "u" + i)).toList();
    LocalMesh.await(Future.all(answers));
    assertThat(answers).allMatch(answer -> answer.result().equals("Back."));
    assertThat(calls("answered")).isEqualTo(6);
  }

  @Test
  void soManyQuestionsAreUnderWayAtATimeAndTheOthersWait() {
    LanguageModel model = model(LONG, 2);
    List<Future<String>> answers =
        IntStream.range(0, 5).mapToObj(i -> model.ask("s", "u" + i)).toList();
    for (int i = 0; i < 5; i++) {
      int sent = Math.min(5, i + 2);
      eventually("as many are sent", PATIENCE, () -> service.questions().size() == sent);
      service.release("answer " + i);
    }
    LocalMesh.await(Future.all(answers));
    assertThat(metrics.get("starling.agents.model.waiting").gauge().value()).isZero();
    assertThat(metrics.get("starling.agents.model.under.way").gauge().value()).isZero();
  }

  @Test
  void whoeverFindsNoRoomToWaitIsToldAtOnce() {
    LanguageModel model = model(LONG, 1);
    List<Future<String>> answers =
        IntStream.range(0, 1 + LanguageModel.MOST_WAITING)
            .mapToObj(i -> model.ask("s", "u" + i))
            .toList();
    assertLack(model.ask("s", "one too many"), ModelLack.BUSY, "as many questions");
    assertThat(answers).noneMatch(Future::isComplete);
  }

  @Test
  void nobodyWaitsLongerForItsTurnThanForAnAnswer() {
    LanguageModel model = model(Duration.ofMillis(500), 1);
    Future<String> first = model.ask("s", "first");
    Future<String> second = model.ask("s", "second");
    assertLack(first, ModelLack.LATE, "500 ms");
    assertLack(second, ModelLack.RESTING, "a moment ago");
    assertThat(service.questions()).hasSize(1);
  }

  @Test
  void theLogNamesTheModelAndWhatIsWrongWithItAndNoKey() {
    Logger log = (Logger) LoggerFactory.getLogger(LanguageModel.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      service.answers(401);
      assertLack(model(LONG, 1).ask("s", "u"), ModelLack.REFUSED, "401");
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("small", "answered 401", "nothing is asked of it")
        .doesNotContain(ChatService.KEY);
    assertThat(ModelOf.service(service, LONG, 1).toString()).doesNotContain(ChatService.KEY);
  }
}
