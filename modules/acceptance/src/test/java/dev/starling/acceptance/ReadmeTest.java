/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README tells a newcomer to paste, as they paste it. */
class ReadmeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path README = Path.of("..", "..", "README.md");
  private static final Pattern HTML = Pattern.compile("```html\\n(.*?)```", Pattern.DOTALL);

  @Test
  void shouldShowInOneTabWhatAnotherEmits() throws IOException {
    try (NodeProcess node = NodeProcess.start().awaitReady();
        PageServer pages = PageServer.start();
        Chromium chromium = Chromium.start()) {
      pages.add("/page.html", page(node));
      String page = pages.url("page.html");
      Chromium.Window one = chromium.open(page);
      Chromium.Window two = chromium.open(page);
      eventually(
          "both are agents",
          PATIENCE,
          () -> node.get("/api/mesh").json().getJsonObject("totals").getLong("agents") == 2);

      two.run("document.querySelector('button').click()");

      two.await("the ack", "document.body.innerText.includes('agents reached: 1')");
      one.await(
          "the outcome",
          "document.body.innerText.includes('received: a wetter dough rises higher')");
      assertThat(chromium.complaints()).isEmpty();
    }
  }

  /** The README's page with the ports of {@code node}. */
  private static String page(NodeProcess node) throws IOException {
    Matcher html = HTML.matcher(Files.readString(README));
    assertThat(html.find()).isTrue();
    return html.group(1)
        .replace("127.0.0.1:3030", "127.0.0.1:" + node.httpPort())
        .replace("127.0.0.1:8765", "127.0.0.1:" + node.agentPort());
  }
}
