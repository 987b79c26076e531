/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.gateway.HttpAccess.Tls;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.TestAuthority;
import dev.starling.testkit.TestAuthority.Signed;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** TLS of both ports of a running gateway, and files that cannot be used. */
class ServerCertificateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @SuppressWarnings("NullAway.Init")
  private static Signed first;

  @BeforeAll
  static void sign() {
    authority = TestAuthority.in(folder);
    first = authority.sign("first");
  }

  private static SSLSocket connect(int port, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket) authority.trust().getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  private static SSLSocket connectOfferingHttp2(int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) authority.trust().getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String name(SSLSocket socket) throws IOException {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }

  private static String served(int port) throws IOException {
    try (SSLSocket socket = connect(port)) {
      return name(socket);
    }
  }

  private static String ask(SSLSocket socket) throws IOException {
    String request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("}") < 0) {
      answer.append((char) socket.getInputStream().read());
    }
    return answer.toString();
  }

  @Test
  void newConnectionsGetARenewedCertificateAndOpenOnesLiveOn() throws Exception {
    Signed second = authority.sign("second");
    Signed inUse = new Signed(folder.resolve("use.key"), folder.resolve("use.crt"));
    inUse.become(first);
    Tls tls = new Tls(inUse.key(), inUse.certificate());
    try (TestGateway gateway = new TestGateway()) {
      GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
      GatewayVerticle verticle =
          gateway.start(
              TestGateway.with(
                  usual, TestGateway.access(Optional.of(tls)), TestGateway.limits(100)));
      int http = LocalMesh.await(verticle.httpPort());
      int agents = LocalMesh.await(verticle.agentPort());
      try (SSLSocket open = connect(http)) {
        assertThat(ask(open))
            .startsWith("HTTP/1.1 200")
            .containsIgnoringCase("strict-transport-security: max-age=31536000");
        assertThat(name(open)).isEqualTo("CN=first");

        Files.copy(second.key(), inUse.key(), StandardCopyOption.REPLACE_EXISTING);
        eventually(
            "a key without its certificate is noticed",
            PATIENCE,
            () -> reloads(gateway, "kept") == 1);
        assertThat(served(http)).isEqualTo("CN=first");
        assertThat(served(agents)).isEqualTo("CN=first");

        inUse.become(second);
        eventually(
            "both ports have the new one",
            PATIENCE,
            () -> served(http).equals("CN=second") && served(agents).equals("CN=second"));
        for (int port : new int[] {http, agents}) {
          try (SSLSocket modern = connectOfferingHttp2(port)) {
            assertThat(name(modern)).isEqualTo("CN=second");
            assertThat(modern.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(ask(modern)).startsWith("HTTP/1.1 ");
          }
        }
        assertThat(ask(open)).startsWith("HTTP/1.1 200");
        assertThat(name(open)).isEqualTo("CN=first");
        assertThat(reloads(gateway, "kept")).isEqualTo(1);
        assertThat(reloads(gateway, "taken")).isEqualTo(1);
      }
    }
  }

  /** It is signed for a time that has to come. */
  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void aCertificateThatIsNotValidYetIsTakenOnceItIs() throws Exception {
    Signed inUse = new Signed(folder.resolve("soon.key"), folder.resolve("soon.crt"));
    inUse.become(first);
    Tls tls = new Tls(inUse.key(), inUse.certificate());
    try (TestGateway gateway = new TestGateway()) {
      GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
      int port =
          gateway.deploy(
              TestGateway.with(
                  usual, TestGateway.access(Optional.of(tls)), TestGateway.limits(100)));
      inUse.become(authority.sign("soon", "-startdate", "+8S"));
      eventually("it is seen", PATIENCE, () -> reloads(gateway, "kept") == 1);
      assertThat(served(port)).isEqualTo("CN=first");
      eventually("its time has come", PATIENCE, () -> served(port).equals("CN=soon"));
      assertThat(reloads(gateway, "kept")).isEqualTo(1);
    }
  }

  private static double reloads(TestGateway gateway, String outcome) {
    return gateway.count("starling.gateway.certificate.reloads", "outcome", outcome);
  }

  @Test
  void onlyTls12And13AndHttp1AreSpoken() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      Tls tls = new Tls(first.key(), first.certificate());
      GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
      int port =
          gateway.deploy(
              TestGateway.with(
                  usual, TestGateway.access(Optional.of(tls)), TestGateway.limits(100)));
      for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket socket = connect(port, protocol)) {
          assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
      }
      try (SSLSocket socket = connectOfferingHttp2(port)) {
        assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        String upgrade =
            String.join(
                "\r\n",
                "GET / HTTP/1.1",
                "Host: localhost",
                "Origin: https://localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "",
                "");
        socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 101");
      }
    }
  }

  @Test
  void whatCannotBeUsedIsRefusedWithItsSettingAndItsFile() throws Exception {
    Signed other = authority.sign("other");
    Signed expired = authority.sign("expired", "-startdate", "-10d", "-validity", "5");
    Signed early = authority.sign("early", "-startdate", "+10d");
    Path text = Files.writeString(folder.resolve("text.pem"), "no PEM at all");
    Path missing = folder.resolve("missing.pem");
    assertRefused(other.key(), first.certificate(), "http.tls-key-file", "not the key of");
    assertRefused(text, first.certificate(), "http.tls-key-file", "no RSA or EC private key");
    assertRefused(
        rsaKey(), first.certificate(), "http.tls-key-file", "is for a key of the other kind");
    assertRefused(missing, first.certificate(), "http.tls-key-file", "cannot be read");
    assertRefused(first.key(), text, "http.tls-certificate-file", "no certificate in PEM");
    assertRefused(first.key(), missing, "http.tls-certificate-file", "cannot be read");
    assertRefused(expired.key(), expired.certificate(), "http.tls-certificate-file", "expired at");
    assertRefused(
        early.key(), early.certificate(), "http.tls-certificate-file", "not valid before");
  }

  private static Path rsaKey() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(key));
    return Files.writeString(folder.resolve("rsa.pem"), pem);
  }

  private static void assertRefused(Path key, Path certificate, String setting, String why) {
    Path named = setting.contains("key") ? key : certificate;
    Vertx vertx = Vertx.vertx();
    try {
      assertThatThrownBy(() -> PemPair.read(vertx, new Tls(key, certificate), Instant.now()))
          .isInstanceOf(TlsFileException.class)
          .hasMessageStartingWith(setting + " is " + named + ": ")
          .hasMessageContaining(why);
    } finally {
      LocalMesh.await(vertx.close());
    }
  }

  @Test
  void plainHttpOnATlsPortEndsAtOnce() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      Tls tls = new Tls(first.key(), first.certificate());
      GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
      int port =
          gateway.deploy(
              TestGateway.with(
                  usual, TestGateway.access(Optional.of(tls)), TestGateway.limits(100)));
      assertThatThrownBy(() -> RawHttp.send(port, "GET", "/health/live", "Host: localhost"))
          .isInstanceOfAny(AssertionError.class, UncheckedIOException.class);
      assertThatThrownBy(() -> connect(port, "TLSv1.1")).isInstanceOf(SSLException.class);
    }
  }
}
