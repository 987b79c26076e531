/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.embedding.EmbedderConfig;
import dev.starling.vectors.EmbeddingSpace;
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

/** What an embedder is made of that is a service elsewhere. */
class EmbedderConfigReaderTest {
  private static final Map<String, String> SERVICE =
      Map.of(
          "embedder.kind", "http",
          "embedder.url", "https://api.example/v1/embeddings",
          "embedder.model", "small",
          "embedder.dimension", "512",
          "embedder.threshold", "0.6");

  private static EmbedderConfig read(String... sets) {
    ConfigSources sources = new ConfigSources(List.of(), Map.of(), List.of(sets), List.of());
    return Configuration.load(sources).node().embedder();
  }

  /** The settings of a service without one of them, and others. */
  private static String[] without(String key, String... others) {
    return Stream.concat(
            SERVICE.entrySet().stream()
                .filter(one -> !one.getKey().equals(key))
                .map(one -> one.getKey() + "=" + one.getValue()),
            Arrays.stream(others))
        .toArray(String[]::new);
  }

  @Test
  void shouldReadAServiceWithTheSpaceThatItsModelNames() {
    assertThat(read(without("")).kind())
        .isEqualTo(
            new EmbedderConfig.Http(
                URI.create("https://api.example/v1/embeddings"),
                "small",
                Optional.empty(),
                Duration.ofSeconds(4),
                new EmbeddingSpace("small", 512, 0.6)));
  }

  @Test
  void shouldNameEachThingThatAServiceLacks() {
    for (String key : List.of("embedder.url", "embedder.model", "embedder.dimension")) {
      assertThatThrownBy(() -> read(without(key)))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(key + " is ")
          .hasMessageEndingWith("which embedder.kind http needs");
    }
    assertThatThrownBy(() -> read(without("embedder.threshold")))
        .hasMessageContaining("as measured for that model");
  }

  @Test
  void shouldReadTheKeyOfAServiceFromAFileAndNeverShowIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "sk-hidden\n");
    EmbedderConfig config = read(without("", "embedder.secret-file=" + file));
    assertThat(config.kind())
        .isInstanceOfSatisfying(
            EmbedderConfig.Http.class, http -> assertThat(http.secret()).contains("sk-hidden"));
    assertThat(config.toString()).doesNotContain("sk-hidden");
    assertThatThrownBy(
            () -> read(without("", "embedder.secret-file=" + file, "embedder.secret=sk-other")))
        .hasMessageContaining("nothing beside embedder.secret")
        .hasMessageNotContaining("sk-other");
    Files.writeString(file, "two\nlines\n");
    assertThatThrownBy(() -> read(without("", "embedder.secret-file=" + file)))
        .hasMessageContaining("of one line")
        .hasMessageNotContaining("lines\n");
  }

  @Test
  void shouldTakeAThresholdInPlaceOfTheMeasuredOne() {
    assertThat(read("embedder.kind=lexical", "embedder.threshold=0.2").kind())
        .isEqualTo(new EmbedderConfig.Lexical(Optional.of(0.2)));
    assertThat(read("embedder.threshold=0.5", "embedder.threads=2").kind())
        .isEqualTo(new EmbedderConfig.Sentence(2, Optional.of(0.5)));
  }
}
