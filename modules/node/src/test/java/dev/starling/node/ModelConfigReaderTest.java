/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agents.model.ModelConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language model that the mesh's own agents write with. */
class ModelConfigReaderTest {
  private static final String URL = "agents.model.url=https://api.example/v1";
  private static final String NAME = "agents.model.name=small";

  private static Configuration load(String... sets) {
    return Configuration.load(new ConfigSources(List.of(), Map.of(), List.of(sets), List.of()));
  }

  private static ModelConfig read(String... others) {
    String[] sets =
        Stream.concat(Stream.of(URL, NAME), Arrays.stream(others)).toArray(String[]::new);
    return load(sets).node().agents().model().orElseThrow();
  }

  @Test
  void shouldReadAModelWithUsualBounds() {
    assertThat(read())
        .isEqualTo(
            new ModelConfig(
                URI.create("https://api.example/v1"),
                "small",
                Optional.empty(),
                Duration.ofSeconds(30),
                4,
                400));
  }

  @Test
  void shouldNeedANameWithAnAddress() {
    assertThatThrownBy(() -> load(URL))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("agents.model.name is ")
        .hasMessageEndingWith("expected the model's name at that URL");
  }

  @Test
  void shouldReadTheKeyFromAFileAndNeverShowIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "sk-hidden\n");
    ModelConfig model = read("agents.model.secret-file=" + file);
    assertThat(model.secret()).contains("sk-hidden");
    assertThat(model.toString()).doesNotContain("sk-hidden");
    assertThatThrownBy(
            () -> read("agents.model.secret-file=" + file, "agents.model.secret=sk-other"))
        .hasMessageContaining("nothing beside agents.model.secret")
        .hasMessageNotContaining("sk-other");
  }

  @Test
  void shouldMaskTheKeyAndRefuseOneThatNoHeaderCanHold() {
    assertThat(load(URL, NAME, "agents.model.secret=sk-hidden").shown().toString())
        .doesNotContain("sk-hidden");
    assertThatThrownBy(() -> read("agents.model.secret=sk hidden"))
        .hasMessageContaining("visible ASCII")
        .hasMessageNotContaining("sk hidden");
  }
}
