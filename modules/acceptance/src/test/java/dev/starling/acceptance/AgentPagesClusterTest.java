/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.objects;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The agents of several gateways in pages, by whichever node is asked. */
@ExtendWith(CalmMesh.class)
class AgentPagesClusterTest {
  /** The longest meta that an agent may register with, and a little to spare. */
  private static final int META = 16_000;

  private final ThreeNodes mesh;

  AgentPagesClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  /** The ids on each page that a node gives, the first one first. */
  private List<List<String>> pages(int place, int limit) {
    List<List<String>> pages = new ArrayList<>();
    String next = "";
    while (next != null) {
      String after = URLEncoder.encode(next, StandardCharsets.UTF_8);
      JsonObject page =
          mesh.node(place).get("/api/agents?limit=" + limit + "&after=" + after).json();
      assertThat(page.getBoolean("partial")).isFalse();
      pages.add(
          objects(page.getJsonArray("agents")).stream()
              .map(agent -> agent.getString("agent_id"))
              .toList());
      next = page.getString("next");
    }
    return pages;
  }

  private static List<String> all(List<List<String>> pages) {
    return pages.stream().flatMap(List::stream).toList();
  }

  @Test
  void shouldListEveryAgentOnceAndInOrderOnFullPages() {
    TreeSet<String> ids = new TreeSet<>();
    for (int i = 0; i < 30; i++) {
      String id = (i % 4 == 0 ? "Z é&=" : "agent ") + i;
      mesh.agent(i * i % ThreeNodes.SIZE, id, 1, 0);
      ids.add(id);
    }
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      for (int limit : new int[] {1, 7, 10, 30, 10_000}) {
        List<List<String>> pages = pages(place, limit);
        assertThat(all(pages)).containsExactlyElementsOf(ids);
        assertThat(pages).hasSize(Math.ceilDiv(ids.size(), limit));
        assertThat(pages.subList(0, pages.size() - 1)).allMatch(page -> page.size() == limit);
      }
    }
  }

  @Test
  void shouldSkipNobodyWhereAGatewaysOwnPageIsCutForItsSize() {
    TreeSet<String> ids = new TreeSet<>();
    for (int i = 0; i < 80; i++) {
      String id = "large-%02d".formatted(i);
      QisClient client = mesh.connect(0);
      client
          .send(
              new JsonObject()
                  .put("type", "register")
                  .put("agent_id", id)
                  .put("meta", new JsonObject().put("note", "x".repeat(META))))
          .next("registered");
      ids.add(id);
    }
    for (String id : List.of("a", "large-40 and a half", "large-79 and a half", "z")) {
      mesh.agent(1, id, 1, 0);
      ids.add(id);
    }
    List<List<String>> pages = pages(2, 10_000);
    assertThat(pages).hasSize(2);
    assertThat(all(pages)).containsExactlyElementsOf(ids);
  }
}
