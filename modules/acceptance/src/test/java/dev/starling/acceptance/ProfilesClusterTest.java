/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Agents that say in words what they are about, on nodes as people start them. */
@ExtendWith(CalmMesh.class)
class ProfilesClusterTest {
  /** The first text has the model loaded, on a machine that may be busy with other tests. */
  private static final Duration LOADED = Duration.ofSeconds(60);

  private final ThreeNodes mesh;

  ProfilesClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  /** Asks as long as the embedder is not ready, as clients are told to. */
  private static JsonObject ask(QisClient client, JsonObject question, String answer) {
    JsonObject[] last = {new JsonObject()};
    eventually(
        answer + " to " + question,
        LOADED,
        () -> {
          client.send(question);
          last[0] =
              client.next(
                  one -> answer.equals(one.getString("type")) || one.containsKey("code"), answer);
          assertThat(last[0].getString("code", "UNAVAILABLE")).isEqualTo("UNAVAILABLE");
          return answer.equals(last[0].getString("type"));
        });
    return last[0];
  }

  private static JsonObject profile(String type, String text) {
    return new JsonObject().put("type", type).put("profile", text);
  }

  private QisClient agent(int place, String id, String profile) {
    QisClient client = mesh.connect(place);
    JsonObject registered =
        ask(client, profile("register", profile).put("agent_id", id), "registered");
    assertThat(registered.getDouble("similarity_threshold"))
        .as("that of the embedder's space and not the mesh's")
        .isGreaterThan(0)
        .isLessThan(0.75);
    return client;
  }

  @Test
  void shouldFindEachOtherByWhatTheyMeanAndNotByTheirWords() {
    QisClient crashes = agent(0, "crashes", "kubernetes pod crashes");
    QisClient failures = agent(1, "failures", "container orchestration failures");
    QisClient gardener = agent(2, "gardener", "gardening");

    assertThat(named(crashes.emit("a pod was evicted"))).containsExactly("failures");
    assertThat(failures.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("a pod was evicted");
    assertThat(named(failures.emit("the scheduler is stuck"))).containsExactly("crashes");
    assertThat(named(gardener.emit("prune the roses"))).isEmpty();

    JsonObject found =
        ask(gardener, profile("query", "cluster workloads that keep failing"), "query_result");
    assertThat(named(found)).contains("failures", "crashes").doesNotContain("gardener");
    found = ask(crashes, profile("query", "planting flowers and vegetables"), "query_result");
    assertThat(named(found)).containsExactly("gardener");
    assertThat(gardener.settle().pending()).isEmpty();
  }
}
