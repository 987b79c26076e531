/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSignerTest {

  private static Principal verified(VerificationKey key, String token) {
    Vertx vertx = Vertx.vertx();
    try {
      Authenticator authenticator =
          Authenticator.create(vertx, AuthConfig.OPEN, new SimpleMeterRegistry());
      authenticator.use(List.of(key));
      return authenticator.authenticate(token).await();
    } finally {
      vertx.close().await();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void shouldSignByTheTypeOfTheKey(String algorithm) {
    KeyPair pair = TestTokens.pair(algorithm);
    TokenSigner signer = TokenSigner.ofPem(Pem.of(pair.getPrivate()));
    VerificationKey key = VerificationKey.of("mine", pair.getPublic());
    assertThat(verified(key, signer.sign(TestTokens.claims("alice"), null)).subject())
        .isEqualTo("alice");
    assertThat(verified(key, signer.sign(TestTokens.claims("bob"), "mine")).subject())
        .isEqualTo("bob");
    assertThatThrownBy(() -> verified(key, signer.sign(TestTokens.claims("bob"), "other")))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void shouldSignBySecretsAsTheJdkDoes() {
    String token = TokenSigner.ofSecret(TestTokens.SECRET).sign(TestTokens.claims("alice"), null);
    assertThat(verified(VerificationKey.secret(TestTokens.SECRET), token).subject())
        .isEqualTo("alice");
  }

  @Test
  void shouldRefuseKeysThatNoNodeWouldTake() {
    KeyPair pair = TestTokens.pair("EdDSA");
    assertThatThrownBy(() -> TokenSigner.ofSecret("short"))
        .isInstanceOf(KeyFileException.class)
        .hasMessage("has 5 bytes, expected 32 at least");
    assertThatThrownBy(() -> TokenSigner.ofPem(Pem.of(pair.getPublic())))
        .isInstanceOf(KeyFileException.class)
        .hasMessage("holds PUBLIC KEY, expected one block of PEM with the line BEGIN PRIVATE KEY");
    assertThatThrownBy(() -> TokenSigner.ofPem(Pem.of(TestTokens.pair("Ed448").getPrivate())))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith("a key of Ed448;");
  }
}
