/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TokenSigner;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A web site with the reference's snippets, a Chromium for which their {@code localhost:3030} is a
 * node of a test, and that node, which knows tokens and also serves those who have none.
 */
final class SnippetSite implements AutoCloseable {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final List<Integer> ports = FreePorts.some(2);
  private final Path config;
  private final PageServer pages = PageServer.start();
  private final Chromium chromium;
  private NodeProcess node;

  /** Starts all of it; {@code folder} is for the node's configuration. */
  SnippetSite(Path folder) {
    try {
      config = Files.writeString(folder.resolve("secret.yaml"), "auth: {secret: " + SECRET + "}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    node = start();
    pages.add("/react.js", ConsolePackages.react());
    chromium =
        Chromium.start(
            "--host-resolver-rules=MAP localhost:3030 127.0.0.1:" + ports.getFirst(),
            // It keeps pages that were left, and their sockets open.
            "--disable-features=BackForwardCache");
    node.awaitReady();
  }

  private NodeProcess start() {
    return NodeProcess.run(
        "up",
        "--http-port",
        ports.getFirst().toString(),
        "--agent-port",
        ports.getLast().toString(),
        "--config",
        config.toString());
  }

  /** A page that has run nothing yet. */
  SnippetPage open() {
    return new SnippetPage(chromium, pages);
  }

  /** Kills the node. */
  void kill() {
    node.kill();
    node.close();
  }

  /** Starts the node again where it was. */
  void restart() {
    node = start().awaitReady();
  }

  /** Where the node serves HTTP, by its own name. */
  String url() {
    return "http://127.0.0.1:" + ports.getFirst();
  }

  /** Changes a setting, as somebody else does. */
  void change(String path, Object value) {
    String body = new JsonObject().put("value", value).encode();
    assertThat(node.put("/api/settings/path?path=" + path, body).status()).isEqualTo(200);
  }

  /** A setting's value. */
  Object setting(String path) {
    return node.get("/api/settings/path?path=" + path).json().getValue("value");
  }

  /** A token of alice, whose public key is npub-alice. */
  String token() {
    return token(SECRET);
  }

  /** The same, signed with a key that the node does not have. */
  String forgedToken() {
    return token("another " + SECRET);
  }

  private static String token(String secret) {
    JsonObject claims =
        new JsonObject()
            .put("sub", "alice")
            .put("pubkey", "npub-alice")
            .put("exp", System.currentTimeMillis() / 1000 + 3600);
    return TokenSigner.ofSecret(secret).sign(claims, null);
  }

  @Override
  public void close() {
    chromium.close();
    pages.close();
    node.close();
  }
}
