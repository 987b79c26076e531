/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static dev.starling.fabric.TestCluster.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.VertxOptions;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event buses that ask each other for certificates, made here by the JDK's own keytool. */
class MeshTlsTest {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final String PASSWORD = "only-for-this-test";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  /** A node's key and certificate, signed by an authority of its own kind, and that authority. */
  private ClusterConfig.Tls made(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    keytool(store, "-alias", "authority", "-dname", "CN=" + name, "-ext", "bc:c");
    keytool(
        store,
        "-alias",
        "node",
        "-signer",
        "authority",
        "-dname",
        "CN=node",
        "-ext",
        "san=ip:127.0.0.1");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    byte[] key = keys.getKey("node", PASSWORD.toCharArray()).getEncoded();
    return new ClusterConfig.Tls(
        pem(name + ".key", "PRIVATE KEY", key),
        pem(name + ".crt", "CERTIFICATE", encoded(keys, "node")),
        pem(name + ".ca", "CERTIFICATE", encoded(keys, "authority")));
  }

  private static byte[] encoded(KeyStore keys, String alias) throws Exception {
    Certificate certificate = keys.getCertificate(alias);
    assertThat(certificate).isNotNull();
    return certificate.getEncoded();
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private Path pem(String name, String kind, byte[] bytes) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  @Test
  void nodesOfOneAuthorityTalkAndOneOfAnotherCannot() throws Exception {
    ClusterConfig.Tls ours = made("ours");
    ClusterConfig.Tls theirs = made("theirs");
    try (TestCluster cluster = new TestCluster()) {
      Mesh a = cluster.start("a", Optional.of(ours), "router").mesh();
      Mesh b = cluster.start("b", Optional.of(ours), "router").mesh();
      eventually("they meet", () -> a.isMet() && b.isMet() && a.view().nodes().size() == 2);

      Mesh stranger = cluster.start("stranger", Optional.of(theirs), "router").mesh();
      eventually("the cluster has it", () -> a.isMember(stranger.view().me()));
      assertThat(
              failure(
                  stranger
                      .bus()
                      .request(Addresses.fabric(a.nodeId()), new StatusQuery(), PATIENCE)))
          .isInstanceOf(RefusalException.class);
      assertThat(
              failure(
                  a.bus()
                      .request(Addresses.fabric(stranger.nodeId()), new StatusQuery(), PATIENCE)))
          .isInstanceOf(RefusalException.class);
      assertThat(a.view().nodes().keySet()).containsExactlyInAnyOrder(a.nodeId(), b.nodeId());
      assertThat(stranger.view().nodes().keySet()).containsExactly(stranger.nodeId());
      assertThat(stranger.isMet()).isFalse();
      await(
          a.bus().request(Addresses.fabric(b.nodeId()), new StatusQuery(), Duration.ofSeconds(10)));
    }
  }

  @Test
  void aNodeWithoutACertificateIsInNobodysViewAndHasNobodyInIts() throws Exception {
    ClusterConfig.Tls ours = made("ours");
    try (TestCluster cluster = new TestCluster()) {
      Mesh a = cluster.start("a", Optional.of(ours), "router").mesh();
      Mesh plain = cluster.start("plain", "router").mesh();
      eventually("the cluster has it", () -> a.isMember(plain.view().me()));
      for (Mesh asking : List.of(a, plain)) {
        String asked = asking == a ? plain.nodeId() : a.nodeId();
        assertThat(
                failure(asking.bus().request(Addresses.fabric(asked), new StatusQuery(), PATIENCE)))
            .isInstanceOf(RefusalException.class);
        assertThat(asking.view().nodes().keySet()).containsExactly(asking.nodeId());
      }
      assertThat(plain.isMet()).isFalse();
    }
  }

  @Test
  void aBusTalksToNobodyWhoShowsNoCertificate() throws Exception {
    ClusterConfig.Tls ours = made("ours");
    int busPort = TestCluster.freePorts(1).getFirst();
    int port = TestCluster.freePorts(1).getFirst();
    ClusterConfig config =
        TestCluster.config(
            port, busPort, List.of(port), "test", Optional.empty(), Optional.of(ours));
    Mesh mesh =
        await(
            new MeshStart(
                    config,
                    new NodeIdentity("a", "1", List.of("router")),
                    new SimpleMeterRegistry(),
                    new VertxOptions().setEventLoopPoolSize(1))
                .start());
    try (SSLSocket stranger =
        (SSLSocket) trusting(ours).getSocketFactory().createSocket("127.0.0.1", busPort)) {
      stranger.setSoTimeout(10_000);
      assertThatThrownBy(
              () -> {
                stranger.startHandshake();
                int _ = stranger.getInputStream().read();
              })
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("certificate");
    } finally {
      await(mesh.leave());
    }
  }

  /** A client that trusts what the nodes trust, and has nothing to show itself. */
  private static SSLContext trusting(ClusterConfig.Tls tls) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(tls.authority())) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
