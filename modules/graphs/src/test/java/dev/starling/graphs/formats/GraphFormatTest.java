/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphFormatTest {

  @ParameterizedTest
  @EnumSource
  void aFormatIsFoundByWhatItIsCalled(GraphFormat format) {
    assertThat(GraphFormat.byId(format.id().toUpperCase(java.util.Locale.ROOT))).contains(format);
    assertThat(GraphFormat.byMediaType(format.mediaTypes().getFirst() + "; charset=utf-8"))
        .contains(format);
    for (String suffix : format.suffixes()) {
      assertThat(GraphFormat.byFileName("/some/Where.x" + suffix)).contains(format);
    }
  }

  @Test
  void whatIsNoFormatIsNotFound() {
    assertThat(GraphFormat.byId("xlsx")).isEmpty();
    assertThat(GraphFormat.byMediaType("application/octet-stream")).isEmpty();
    assertThat(GraphFormat.byFileName("graph")).isEmpty();
    assertThat(GraphFormat.ids()).isEqualTo("json, graphml, gexf, csv, dot");
  }
}
