/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The published client in Chromium while the nodes of its mesh die, come back and end. */
class MeshClientClusterTest {
  /** To try often, and to wait for a node that starts while the machine is busy. */
  private static final String PATIENT = "backoff: { base: 200, max: 1000 }, queueTimeout: 120_000";

  @Test
  void shouldOutliveItsGatewaysWithItsSubscriptions() {
    TwoNodes nodes = new TwoNodes();
    try (nodes;
        PageServer pages = PageServer.start();
        Chromium chromium = Chromium.start();
        MeshClientPage page = new MeshClientPage(chromium, pages, nodes.first().httpPort())) {
      String first = url(nodes.first());
      String second = url(nodes.second());
      page.connect("mobile", "{ url: ['%s', '%s'], %s }".formatted(first, second, PATIENT));
      page.connect("faithful", "{ url: '%s', %s }".formatted(first, PATIENT));
      for (String name : List.of("mobile", "faithful")) {
        page.ask(name + ".subscribe('settings_updated')");
      }
      assertThat(page.text("mobile.url")).isEqualTo(first);

      nodes.first().kill();
      page.await("the move", "mobile.state === 'open' && mobile.url === '" + second + "'");
      page.await("the loss", "faithful.state === 'reconnecting'");
      assertThat(page.text("faithful.heard.state.find(({ code }) => code).code")).isEqualTo("1006");
      page.run("window.waiting = faithful.setting('test.meanwhile', 1)");

      nodes.restartFirst();
      JsonObject confirmed = page.ask("waiting").getJsonObject("value");
      assertThat(confirmed.getString("path")).isEqualTo("test.meanwhile");
      assertHeard(page, "mobile", "test.meanwhile");
      page.ask("mobile.setting('test.greeting', 2)");
      assertHeard(page, "faithful", "test.greeting");

      nodes.second().terminate();
      page.await("the way back", "mobile.state === 'open' && mobile.url === '" + first + "'");
      JsonObject told = page.object("mobile.heard.state.find(({ code }) => code === 1001)");
      assertThat(told.getString("state")).isEqualTo("reconnecting");
      assertThat(told.getInteger("retryInMs")).isZero();
      page.ask("faithful.setting('test.farewell', 3)");
      assertHeard(page, "mobile", "test.farewell");
      assertThat(page.list("mobile.heard.error.concat(faithful.heard.error)")).isEmpty();
    }
  }

  private static String url(NodeProcess node) {
    return "ws://127.0.0.1:" + node.httpPort() + "/ws/voice";
  }

  private static void assertHeard(MeshClientPage page, String name, String path) {
    page.await(
        "the change of " + path,
        "%s.heard.settings_updated?.some((message) => message.path === '%s')"
            .formatted(name, path));
  }
}
