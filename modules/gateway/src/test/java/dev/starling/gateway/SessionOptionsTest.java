/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.frames.FrameOptions;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionOptionsTest {
  private static SessionOptions of(Endpoint endpoint, String query) {
    return SessionOptions.of(endpoint, endpoint.path() + query);
  }

  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void anEndpointIsFoundByItsPathOnItsOwnPortOnly(Endpoint endpoint) {
    boolean isAgentPort = endpoint == Endpoint.AGENT_PORT;
    assertThat(Endpoint.of(endpoint.path(), isAgentPort)).contains(endpoint);
    assertThat(Endpoint.of(endpoint.path(), !isAgentPort)).isEmpty();
    assertThat(Endpoint.of(endpoint.path() + "/", isAgentPort)).isEmpty();
    assertThat(Endpoint.of(endpoint.path() + "x", isAgentPort)).isEmpty();
    assertThat(endpoint.isForAgents()).isEqualTo(endpoint.group() == EndpointGroup.AGENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "?token=", "?unknown=1&token&other="})
  void whatTheQueryDoesNotNameIsUsual(String query) {
    assertThat(of(Endpoint.CONSOLE, query))
        .isEqualTo(
            new SessionOptions(
                Endpoint.CONSOLE, Compression.of(null, false), FrameOptions.USUAL, null));
    assertThat(of(Endpoint.QIS, query).compression()).isEqualTo(Compression.NONE);
  }

  @Test
  void theQueryNamesCompressionAndToken() {
    assertThat(of(Endpoint.QIS, "?token=a.b%2Dc.d&compression=zlib&token=second"))
        .isEqualTo(
            new SessionOptions(Endpoint.QIS, Compression.ZLIB, FrameOptions.USUAL, "a.b-c.d"));
  }

  @Test
  void theQueryNamesWhichFramesAndHowManyASecond() {
    assertThat(of(Endpoint.CONSOLE, "?protocol=3&fps=1").frames())
        .isEqualTo(new FrameOptions(3, 1));
    assertThat(of(Endpoint.QIS, "?fps=60&protocol=2").frames()).isEqualTo(new FrameOptions(2, 60));
  }

  @ParameterizedTest
  @CsvSource({
    "protocol=0,protocol,1 to 3",
    "protocol=4,protocol,1 to 3",
    "protocol=,protocol,1 to 3",
    "protocol=two,protocol,1 to 3",
    "fps=0,fps,1 to 60",
    "fps=61,fps,1 to 60",
    "fps=-1,fps,1 to 60",
    "fps=30.0,fps,1 to 60",
    "fps=007,fps,1 to 60",
    "fps=999999999999999999999999999999999999999999999999999,fps,characters"
  })
  void framesThatThereAreNoneOfAreRefusedByTheNameOfTheParameter(
      String query, String field, String expected) {
    assertThatThrownBy(() -> of(Endpoint.CONSOLE, "?" + query))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
              assertThat(refusal.details()).containsEntry("field", field);
              assertThat(refusal.text()).contains(expected);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "?compression=zlib,false",
    "?compression=zlib&protocol=2,true",
    "?compression=zlib&protocol=3,true",
    "?compression=deflate,true",
    "?,true"
  })
  void framesGoWhereTheyCanBeToldFromCompressedText(String query, boolean takes) {
    assertThat(of(Endpoint.CONSOLE, query).takesFrames()).isEqualTo(takes);
  }

  @Test
  void aTokenIsNotInTheTextThatIsLogged() {
    SessionOptions options = of(Endpoint.CONSOLE, "?token=secret.token.here&compression=none");
    assertThat(options)
        .hasToString("SessionOptions[CONSOLE, NONE, FrameOptions[protocol=1, fps=60]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?compression=brotli", "?compression=DEFLATE", "?a=%zz", "?token=%4"})
  void whatCannotBeReadIsRefusedWithoutBeingRepeated(String query) {
    assertThatThrownBy(() -> of(Endpoint.CONSOLE, "?token=secret&" + query.substring(1)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
              assertThat(refusal.text()).doesNotContain("secret");
            });
  }
}
