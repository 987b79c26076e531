/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class KeyRingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration OFTEN = Duration.ofMillis(20);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Logger log = (Logger) LoggerFactory.getLogger(KeyRing.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final KeyPair first = TestTokens.pair("EdDSA");
  private final KeyPair second = TestTokens.pair("ES256");

  @TempDir private Path folder;

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void close() {
    log.detachAppender(lines);
    vertx.close().await();
  }

  private static AuthConfig config(Path publicKey) {
    AuthConfig open = AuthConfig.OPEN;
    return new AuthConfig(
        true,
        open.anonymous(),
        false,
        Optional.empty(),
        Optional.of(publicKey),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        open.leeway(),
        open.defaultPermissions());
  }

  private Path put(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    return Files.move(
        next,
        folder.resolve("public.pem"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static String token(KeyPair pair, String algorithm) {
    return TestTokens.signed(
        pair.getPrivate(), TestTokens.header(algorithm), TestTokens.claims("alice"));
  }

  private static boolean takes(Authenticator authenticator, String token) {
    return authenticator.authenticate(token).succeeded();
  }

  private double reloads(String result) {
    Counter counter = registry.find("starling.gateway.key.reloads").tag("result", result).counter();
    return counter == null ? 0 : counter.count();
  }

  private List<String> warnings() {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void shouldReplaceKeysWhenTheFileChanges() throws IOException {
    Path file = put(Pem.of(first.getPublic()));
    AuthConfig config = config(file);
    Authenticator authenticator = Authenticator.create(vertx, config, registry);
    assertThat(takes(authenticator, token(first, "EdDSA"))).isFalse();
    LocalMesh.await(KeyRing.open(vertx, config, authenticator, OFTEN));
    assertThat(takes(authenticator, token(first, "EdDSA"))).isTrue();
    assertThat(takes(authenticator, token(second, "ES256"))).isFalse();

    put(Pem.of(second.getPublic()));
    eventually(
        "the new key verifies", PATIENCE, () -> takes(authenticator, token(second, "ES256")));
    assertThat(takes(authenticator, token(first, "EdDSA"))).isFalse();
    eventually("it is counted", PATIENCE, () -> reloads("replaced") == 1);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void shouldKeepTheKeysFromBeforeWhereTheNewOnesCannotBeUsed() throws IOException {
    Path file = put(Pem.of(first.getPublic()));
    AuthConfig config = config(file);
    Authenticator authenticator = Authenticator.create(vertx, config, registry);
    KeyRing ring = LocalMesh.await(KeyRing.open(vertx, config, authenticator, OFTEN));

    put(Pem.of(first.getPrivate()));
    eventually("it is counted", PATIENCE, () -> reloads("failed") == 1);
    assertThat(takes(authenticator, token(first, "EdDSA"))).isTrue();
    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("auth.public-key-file " + file + ": holds a private key")
        .endsWith("; the keys from before stay in use");

    Files.delete(file);
    eventually("its absence is counted", PATIENCE, () -> reloads("failed") == 2);
    assertThatThrownBy(() -> ring.reload().await(10, TimeUnit.SECONDS))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("cannot be read");
    assertThat(takes(authenticator, token(first, "EdDSA"))).isTrue();

    put(Pem.of(second.getPublic()));
    eventually(
        "the new key verifies", PATIENCE, () -> takes(authenticator, token(second, "ES256")));
    assertThat(warnings()).hasSize(3);
  }

  @Test
  void shouldNotStartWithAKeyThatCannotBeUsed() throws IOException {
    AuthConfig config = config(put("nonsense"));
    Authenticator authenticator = Authenticator.create(vertx, config, registry);
    assertThatThrownBy(() -> KeyRing.open(vertx, config, authenticator).await(10, TimeUnit.SECONDS))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith("auth.public-key-file ");
  }
}
