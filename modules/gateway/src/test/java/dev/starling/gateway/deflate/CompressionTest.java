/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.RefusalException;
import org.junit.jupiter.api.Test;

class CompressionTest {

  @Test
  void browsersGetDeflateUnaskedAndAgentsDoNot() {
    assertThat(Compression.of(null, false)).isEqualTo(Compression.DEFLATE);
    assertThat(Compression.of(null, true)).isEqualTo(Compression.NONE);
  }

  @Test
  void whatAClientAsksForHoldsOnEveryEndpoint() {
    for (boolean isAgent : new boolean[] {true, false}) {
      assertThat(Compression.of("none", isAgent)).isEqualTo(Compression.NONE);
      assertThat(Compression.of("deflate", isAgent)).isEqualTo(Compression.DEFLATE);
      assertThat(Compression.of("zlib", isAgent)).isEqualTo(Compression.ZLIB);
    }
  }

  @Test
  void anythingElseIsRefusedByNameWithWhatIsKnown() {
    assertThatThrownBy(() -> Compression.of("gzip", false))
        .isInstanceOf(RefusalException.class)
        .hasMessage("compression: expected none, deflate or zlib, got gzip");
    assertThatThrownBy(() -> Compression.of("", false)).hasMessageEndingWith("got an empty string");
    assertThatThrownBy(() -> Compression.of("z".repeat(5_000), true))
        .hasMessageEndingWith("got a text of 5000 characters");
  }
}
