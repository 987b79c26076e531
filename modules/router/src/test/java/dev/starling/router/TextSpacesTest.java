/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextSpacesTest {
  private final RoutingSettings settings = new RoutingSettings(Samples.config());

  private static NodeInfo embedder(String id, TextSpace... spaces) {
    List<RoleState> roles = List.of(new RoleState("embedder", State.SERVING));
    return new NodeInfo(id, 1, id, "", 1, 2, "test", 0, roles, List.of(spaces));
  }

  private static View view(String id, String space, double threshold) {
    return Samples.view(embedder(id, new TextSpace(space, 3, threshold)));
  }

  @Test
  void aSpaceHasTheThresholdThatItsEmbedderNames() {
    settings.viewIs(view("e", "sentences", 0.4));
    assertThat(settings.thresholdOf("sentences")).isEqualTo(0.4);
    assertThat(settings.thresholdOf("others")).isEqualTo(0.75);
  }

  @Test
  void theConfigurationHasTheLastWord() {
    settings.viewIs(view("e", "strict", 0.4));
    assertThat(settings.thresholdOf("strict")).isEqualTo(0.9);
  }

  @Test
  void aThresholdStaysWhenItsEmbedderLeavesAndGoesWithWhatALaterOneNames() {
    settings.viewIs(view("e", "sentences", 0.4));
    settings.viewIs(Samples.view());
    assertThat(settings.thresholdOf("sentences")).isEqualTo(0.4);
    settings.viewIs(view("f", "sentences", 0.3));
    assertThat(settings.thresholdOf("sentences")).isEqualTo(0.3);
  }

  @Test
  void ofTwoThatNameOneSpaceTheStricterHolds() {
    settings.viewIs(
        Samples.view(
            embedder("e", new TextSpace("sentences", 3, 0.4)),
            embedder("f", new TextSpace("sentences", 3, 0.5))));
    assertThat(settings.thresholdOf("sentences")).isEqualTo(0.5);
  }

  @Test
  void theSpaceNamedFirstIsForgottenForOneTooMany() {
    IntStream.rangeClosed(0, TextSpaces.MOST)
        .forEach(i -> settings.viewIs(view("e", "space-" + i, 0.4)));
    assertThat(settings.thresholdOf("space-0")).isEqualTo(0.75);
    assertThat(settings.thresholdOf("space-1")).isEqualTo(0.4);
    assertThat(settings.thresholdOf("space-" + TextSpaces.MOST)).isEqualTo(0.4);
  }
}
