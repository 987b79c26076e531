/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.EmbeddingException;
import dev.starling.vectors.EmbeddingException.Fault;
import dev.starling.vectors.EmbeddingSpace;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An embedder and a service that speaks HTTP on a socket. */
class HttpEmbedderTest {
  private static final EmbeddingSpace SPACE = new EmbeddingSpace("small", 2, 0.5);
  private static final List<String> TEXTS = List.of("first \"quoted\"", "second é");

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddingService service = new EmbeddingService(vertx);
  private HttpEmbedder embedder;

  @BeforeEach
  void open() {
    embedder = embedder(service.start(), Duration.ofSeconds(10));
  }

  @AfterEach
  void close() {
    embedder.close();
    LocalMesh.await(vertx.close());
  }

  private HttpEmbedder embedder(int port, Duration timeout) {
    return new HttpEmbedder(
        vertx,
        new EmbedderConfig.Http(
            URI.create("http://127.0.0.1:" + port + "/v1/embeddings"),
            "small-1",
            Optional.of("sk-1"),
            timeout,
            SPACE));
  }

  @Test
  void allTextsGoInOneRequestWithTheModelAndTheSecret() {
    service.answers("{\"data\":[{\"embedding\":[3,4]},{\"embedding\":[0,-2]}]}");
    List<float[]> found = embedder.embed(TEXTS);
    assertThat(found.get(0)).containsExactly(0.6f, 0.8f);
    assertThat(found.get(1)).containsExactly(0, -1);
    assertThat(service.questions()).hasSize(1);
    JsonObject question = service.questions().getFirst();
    assertThat(question.getString("model")).isEqualTo("small-1");
    assertThat(question.getJsonArray("input")).isEqualTo(new JsonArray(TEXTS));
    assertThat(service.authorization()).isEqualTo("Bearer sk-1");
  }

  @Test
  void embeddingsComeInTheOrderOfTheTextsWhateverTheOrderOfTheAnswer() {
    service.answers(
        "{\"object\":\"list\",\"data\":[{\"index\":1,\"object\":\"embedding\",\"embedding\":[0,1]},"
            + "{\"embedding\":[1,0],\"index\":0}],\"usage\":{\"total_tokens\":4}}");
    assertThat(embedder.embed(TEXTS).getFirst()).containsExactly(1, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"data\":[{\"embedding\":[1,2]}]}|1 embeddings for 2 texts",
        "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1]}]}|1 dimensions where",
        "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,2]}]}|one twice",
        "{\"data\":[{\"index\":7,\"embedding\":[1,2]}]}|one too many",
        "{\"data\":[{\"embedding\":[1,\"x\"]}]}|no list of embeddings",
        "[1]|no object",
        "nonsense|no list of embeddings"
      })
  void anAnswerThatFitsNotIsRefused(String answer, String why) {
    service.answers(answer);
    assertThatThrownBy(() -> embedder.embed(TEXTS))
        .isInstanceOf(EmbeddingException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "400,TEXT,refuses a text",
    "413,TEXT,refuses a text",
    "401,EMBEDDER,embedder.secret",
    "404,EMBEDDER,embedder.model",
    "302,EMBEDDER,answered 302",
    "429,EMBEDDER,answered 429",
    "503,EMBEDDER,answered 503"
  })
  void aRefusalOfTheServiceSaysWhatToLookAt(int status, Fault fault, String why) {
    service.answers(status);
    assertThatThrownBy(() -> embedder.embed(TEXTS))
        .isInstanceOfSatisfying(
            EmbeddingException.class, e -> assertThat(e.fault()).isEqualTo(fault))
        .hasMessageContaining(why)
        .hasMessageNotContaining("sk-1");
  }

  @Test
  void anAnswerWithoutEndIsNotHeld() {
    service.answers("{\"data\":[" + " ".repeat(200_000) + "]}");
    assertThatThrownBy(() -> embedder.embed(TEXTS)).hasMessageContaining("more than ");
  }

  @Test
  void aServiceThatIsSilentIsNotWaitedForLongerThanConfigured() {
    HttpEmbedder hasty = embedder(service.port(), Duration.ofMillis(100));
    service.isSilent();
    assertThatThrownBy(() -> hasty.embed(TEXTS)).hasMessageContaining("within 100 ms");
    service.answers("{\"data\":[{\"embedding\":[3,4]},{\"embedding\":[0,-2]}]}");
    assertThat(embedder.embed(TEXTS)).hasSize(2);
    hasty.close();
  }

  @Test
  void aServiceThatIsNotThereIsNamed() {
    LocalMesh.await(service.stop());
    assertThatThrownBy(() -> embedder.embed(TEXTS))
        .hasMessageContaining("127.0.0.1:" + service.port())
        .hasMessageContaining("cannot be asked");
  }
}
