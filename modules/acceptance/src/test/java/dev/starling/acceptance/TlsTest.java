/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.TestAuthority;
import dev.starling.testkit.TestAuthority.Signed;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that serves TLS, as a person starts it and asks it. */
class TlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String STATUS_URL = "--url";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void aNodeWithACertificateServesBothPortsByTlsAndSaysSo() throws Exception {
    TestAuthority authority = TestAuthority.in(folder);
    Signed node = authority.sign("node");
    String http = Integer.toString(FreePorts.some(1).getFirst());
    try (NodeProcess running =
            NodeProcess.start(
                    "--http-port",
                    http,
                    "--set",
                    "http.tls-key-file=" + node.key(),
                    "--set",
                    "http.tls-certificate-file=" + node.certificate())
                .awaitReady();
        HttpClient client = HttpClient.newBuilder().sslContext(authority.trust()).build()) {
      assertThat(running.output())
          .anyMatch(line -> line.contains("console https://127.0.0.1:" + http + "/"))
          .anyMatch(line -> line.contains("agents wss://127.0.0.1:" + running.agentPort() + "/"));
      assertThat(pong(client, "wss://localhost:" + running.agentPort() + "/")).contains("pong");
      assertThat(pong(client, "wss://localhost:" + http + "/ws/qis")).contains("pong");

      String url = "https://127.0.0.1:" + http;
      String pem = authority.certificate().toString();
      try (NodeProcess status = NodeProcess.run("status", STATUS_URL, url, "--authority", pem)) {
        assertThat(status.exitCode(PATIENCE)).isZero();
      }
      try (NodeProcess wary = NodeProcess.run("status", STATUS_URL, url)) {
        assertThat(wary.exitCode(PATIENCE)).isEqualTo(1);
        assertThat(wary.output()).anyMatch(line -> line.contains("is not trusted"));
      }
      try (NodeProcess plain =
          NodeProcess.run("status", STATUS_URL, url.replace("https", "http"))) {
        assertThat(plain.exitCode(PATIENCE)).isEqualTo(1);
        assertThat(plain.output()).anyMatch(line -> line.contains("try https://"));
      }
    }
  }

  private static String pong(HttpClient client, String url) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(url),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    answer.complete(text.toString());
                    from.request(1);
                    return CompletableFuture.completedStage(text);
                  }
                })
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    socket.sendText("{\"type\":\"ping\"}", true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String text = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    socket.abort();
    return text;
  }

  @Test
  void aNodeWhoseCertificateCannotBeUsedDoesNotStartAndSaysWhy() throws Exception {
    TestAuthority authority = TestAuthority.in(folder);
    Signed expired = authority.sign("expired", "-startdate", "-10d", "-validity", "5");
    Path text = Files.writeString(folder.resolve("text.pem"), "nothing of the kind");
    assertRefused(expired.key(), expired.certificate(), "http.tls-certificate-file", "expired at");
    assertRefused(text, authority.sign("node").certificate(), "http.tls-key-file", "no RSA or EC");
  }

  @Test
  void theConfigurationIsNotValidWhereTheKeyIsAnotherCertificates() throws Exception {
    TestAuthority authority = TestAuthority.in(folder);
    Signed one = authority.sign("one");
    Signed other = authority.sign("other");
    try (NodeProcess check = check(one.key(), other.certificate())) {
      assertThat(check.exitCode(PATIENCE)).isEqualTo(2);
      assertThat(check.output())
          .anyMatch(line ->
              line.startsWith("starling: http.tls-key-file is " + one.key())
                  && line.contains("not the key of the certificate"));
    }
    try (NodeProcess check = check(one.key(), one.certificate())) {
      assertThat(check.exitCode(PATIENCE)).isZero();
    }
  }

  private static NodeProcess check(Path key, Path certificate) {
    return NodeProcess.run(
        "config",
        "check",
        "--set",
        "http.tls-key-file=" + key,
        "--set",
        "http.tls-certificate-file=" + certificate);
  }

  private static void assertRefused(Path key, Path certificate, String setting, String why) {
    try (NodeProcess node =
        NodeProcess.start(
            "--set",
            "http.tls-key-file=" + key,
            "--set",
            "http.tls-certificate-file=" + certificate)) {
      assertThat(node.exitCode(PATIENCE)).isEqualTo(2);
      assertThat(node.output())
          .anyMatch(line ->
              line.startsWith("starling: ") && line.contains(setting) && line.contains(why));
    }
  }
}
