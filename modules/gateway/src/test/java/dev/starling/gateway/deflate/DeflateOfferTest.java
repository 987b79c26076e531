/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateOfferTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "Permessage-Deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=\"15\"",
        "permessage-deflate; server_max_window_bits=15",
        "permessage-deflate;server_no_context_takeover ; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate"
      })
  void anOfferThatCanBeKeptIsAnsweredWithoutContextTakeoverInEitherDirection(String header) {
    assertThat(DeflateOffer.answer(header))
        .isEqualTo("permessage-deflate;server_no_context_takeover;client_no_context_takeover");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "permessage-bzip2",
        "permessage-deflate; server_max_window_bits=14",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=015",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=",
        "permessage-deflate; client_max_window_bits=\"1",
        "permessage-deflate; server_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=15",
        "permessage-deflate; unheard_of",
        "permessage-deflate;",
        "permessage-deflate;;client_max_window_bits",
        "permessage-deflate; client max window bits"
      })
  void anOfferThatCannotBeKeptOrReadIsDeclined(String header) {
    assertThat(DeflateOffer.answer(header)).isNull();
  }

  @Test
  void noHeaderAndOneThatIsFarTooLongAreDeclined() {
    assertThat(DeflateOffer.answer(null)).isNull();
    assertThat(DeflateOffer.answer("x,".repeat(4_000) + "permessage-deflate")).isNull();
  }
}
