/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class MeshTableTest {
  private static final String MESH =
      """
      {"mesh":"starling","node":"0123456789ab","nodes":[
        {"id":"0123456789ab","name":"alpha","host":"127.0.0.1","httpPort":3030,"agentPort":8765,
         "version":"0.1.0","startedAt":1000,"agents":12,"sessions":14,
         "roles":[{"role":"gateway","state":"ready"},{"role":"router","state":"warming"}]},
        {"id":"ff","name":"beta","host":"10.0.0.2","httpPort":3031,"version":"0.1.0",
         "startedAt":7200000,"agents":null,"sessions":3,"roles":[]}],
       "totals":{"agents":12,"outcomes":345,"deliveries":null,"pairsPossible":66,
         "pairsActivated":4}}
      """;

  @Test
  void shouldLayOutNodesAndTotals() {
    assertThat(MeshTable.of(new JsonObject(MESH), 7_261_000).lines())
        .containsExactly(
            "mesh starling, 2 nodes, answered by alpha",
            "",
            "NAME   NODE      ADDRESS         VERSION  UP     ROLES                          AGENTS"
                + "  SESSIONS",
            "alpha  01234567  127.0.0.1:3030  0.1.0    2h 1m  gateway ready, router warming      12"
                + "        14",
            "beta   ff        10.0.0.2:3031   0.1.0    1m 1s                                      -"
                + "         3",
            "",
            "agents 12   outcomes 345   deliveries -   pairs 4 of 66 activated");
  }

  @Test
  void shouldShowWhatIsMissingAsUnknown() {
    assertThat(MeshTable.of(new JsonObject("{\"nodes\":[{}]}"), 0))
        .contains("mesh -, 1 node, answered by -")
        .contains("agents -   outcomes -");
  }
}
