/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.swarms.SwarmFailure.Kind;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.junit.jupiter.api.Test;

/** What counts as a yes. */
class ToolAnswerTest {
  @Test
  void shouldTakeAnAnswerForAYesThatDoesNotSayOtherwise() {
    assertThat(answer("{\"taskId\":\"1\",\"error\":null}").orRefuse().row().text("taskId"))
        .isEqualTo("1");
    assertThat(
            answer("{\"success\":true,\"tool\":\"x\",\"message\":\"m\",\"id\":\"1\"}").orRefuse())
        .isNotNull();
  }

  @Test
  void shouldSeeAFailureInAnAnswerThatSucceeds() {
    assertThat(failure("{\"success\":false,\"error\":\"no topology\"}"))
        .hasMessage("no topology")
        .matches(one -> one.kind() == Kind.REFUSED);
    assertThat(failure("{\"agentId\":\"x\",\"status\":\"not_found\"}").kind())
        .isEqualTo(Kind.NOT_FOUND);
    assertThat(failure("{\"taskId\":\"x\",\"error\":\"Task not found\"}").kind())
        .isEqualTo(Kind.NOT_FOUND);
    assertThat(failure("no JSON at all").kind()).isEqualTo(Kind.GARBLED);
    assertThat(failure("{\"cut\":").kind()).isEqualTo(Kind.GARBLED);
  }

  @Test
  void shouldTakeAHollowAnswerForNoData() {
    assertThat(
            failure(
                    "{\"success\":true,\"tool\":\"x\",\"message\":\"Tool x executed\",\"args\":{},"
                        + "\"timestamp\":\"now\"}")
                .kind())
        .isEqualTo(Kind.NO_DATA);
  }

  @Test
  void shouldSayWhatTheProtocolSaysOfAFailure() {
    CallToolResult failed = CallToolResult.builder().addTextContent("boom").isError(true).build();
    SwarmFailure failure =
        catchThrowableOfType(SwarmFailure.class, () -> ToolAnswer.of("x", failed).orRefuse());
    assertThat(failure).hasMessage("boom");
  }

  private static SwarmFailure failure(String text) {
    return catchThrowableOfType(SwarmFailure.class, () -> answer(text).orRefuse());
  }

  private static ToolAnswer answer(String text) {
    return ToolAnswer.of("x", CallToolResult.builder().addTextContent(text).build());
  }
}
