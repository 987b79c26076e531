/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in PEM files and key sets. */
class KeyFilesTest {
  private static final KeyPair RSA = TestTokens.pair("RS256");
  private static final KeyPair EC = TestTokens.pair("ES256");
  private static final KeyPair ED = TestTokens.pair("EdDSA");

  private static VerificationKey pem(String text) {
    return VerificationKey.of(null, Pem.publicKey(text));
  }

  private static String set(JsonObject... keys) {
    return new JsonObject().put("keys", new JsonArray(new ArrayList<>(List.of(keys)))).encode();
  }

  @Test
  void shouldKnowTheAlgorithmByTheKey() {
    assertThat(pem(Pem.of(RSA.getPublic())).algorithm()).isEqualTo(Algorithm.RS256);
    assertThat(pem(Pem.of(EC.getPublic())).algorithm()).isEqualTo(Algorithm.ES256);
    assertThat(pem("a comment\n" + Pem.of(ED.getPublic()) + "\nmore").algorithm())
        .isEqualTo(Algorithm.EDDSA);
    assertThat(pem(Pem.of(RSA.getPublic()).replace("\n", "\r\n")).toString()).isEqualTo("RS256");
  }

  @Test
  void shouldRefuseAPrivateKeyInTheFileOfThePublicOne() {
    for (String text :
        List.of(
            Pem.of(ED.getPrivate()),
            Pem.of(ED.getPublic()) + Pem.of(ED.getPrivate()),
            Pem.of(RSA.getPrivate()).replace("PRIVATE KEY", "RSA PRIVATE KEY"),
            Pem.of(RSA.getPrivate()).replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"))) {
      assertThatThrownBy(() -> pem(text))
          .isInstanceOf(KeyFileException.class)
          .hasMessageStartingWith("holds a private key, which must stay with who makes the tokens");
    }
  }

  @Test
  void shouldRefuseWhatIsNoSinglePublicKey() {
    String good = Pem.of(ED.getPublic());
    assertThatThrownBy(() -> pem("")).hasMessageStartingWith("holds no PEM, expected one block");
    assertThatThrownBy(() -> pem(good + good))
        .hasMessageStartingWith("holds PUBLIC KEY and PUBLIC KEY, expected one block");
    assertThatThrownBy(() -> pem(good.replace("PUBLIC KEY", "CERTIFICATE")))
        .hasMessageStartingWith("holds CERTIFICATE, expected one block of PEM");
    assertThatThrownBy(() -> pem(good.substring(0, good.length() - 10)))
        .hasMessageContaining("cut off");
    assertThatThrownBy(() -> pem(good.replaceFirst("MCow", "MCoo")))
        .hasMessage("holds a PUBLIC KEY that cannot be read");
  }

  @Test
  void shouldRefuseWeakKeysAndForeignCurves() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    String weak = Pem.of(rsa.generateKeyPair().getPublic());
    assertThatThrownBy(() -> pem(weak)).hasMessageStartingWith("an RSA key of only 1024 bits");
    KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
    ec.initialize(new ECGenParameterSpec("secp384r1"));
    String other = Pem.of(ec.generateKeyPair().getPublic());
    assertThatThrownBy(() -> pem(other))
        .hasMessageStartingWith("an EC key on another curve than P-256");
    String ed448 = Pem.of(TestTokens.pair("Ed448").getPublic());
    assertThatThrownBy(() -> pem(ed448)).hasMessageStartingWith("a key of Ed448;");
    String agreement = Pem.of(TestTokens.pair("X25519").getPublic());
    assertThatThrownBy(() -> pem(agreement)).hasMessage("holds a PUBLIC KEY that cannot be read");
  }

  @Test
  void shouldReadAKeySet() {
    JsonObject encrypting = TestTokens.jwk("enc", TestTokens.pair("RS256")).put("use", "enc");
    List<VerificationKey> keys =
        JwkSet.read(
            set(
                TestTokens.jwk("a", RSA).put("alg", "RS256"),
                TestTokens.jwk("b", EC).put("more", true),
                encrypting,
                TestTokens.jwk("a", ED)));
    assertThat(keys.stream().map(VerificationKey::toString))
        .containsExactly("RS256 a", "ES256 b", "EdDSA a");
    assertThat(keys.stream().map(VerificationKey::material))
        .containsExactly(Pem.of(RSA.getPublic()), Pem.of(EC.getPublic()), Pem.of(ED.getPublic()));
    JsonObject unnamed = TestTokens.jwk("x", ED);
    unnamed.remove("kid");
    unnamed.remove("use");
    assertThat(JwkSet.read(set(unnamed)).getFirst().id()).isNull();
  }

  static Stream<JsonObject> unusable() {
    return Stream.of(
        TestTokens.jwk("bad", RSA).put("d", "AQAB"),
        TestTokens.jwk("bad", RSA).put("alg", "PS256"),
        TestTokens.jwk("bad", RSA).put("use", "both"),
        TestTokens.jwk("bad", RSA).put("n", "AQAB"),
        TestTokens.jwk("bad", RSA).put("n", "no base64!"),
        TestTokens.jwk("bad", RSA).putNull("e"),
        TestTokens.jwk("bad", RSA).put("kty", "XYZ"),
        TestTokens.jwk("bad", EC).put("crv", "P-384"),
        TestTokens.jwk("bad", EC).put("y", TestTokens.jwk("b", EC).getString("x")),
        TestTokens.jwk("bad", EC).put("x", "AQAB"),
        TestTokens.jwk("bad", ED).put("crv", "X25519"),
        TestTokens.jwk("bad", ED).put("x", "AQAB"),
        new JsonObject().put("kid", "bad").put("kty", "oct").put("k", "AQAB"),
        new JsonObject().put("kid", "bad"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void shouldNameTheKeyThatCannotBeUsed(JsonObject bad) {
    assertThatThrownBy(() -> JwkSet.read(set(TestTokens.jwk("good", ED), bad)))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith("cannot be used: key bad ")
        .hasMessageNotContaining("key good");
  }

  @Test
  void shouldCountKeysThatHaveNoName() {
    String text = "{\"keys\":[" + TestTokens.jwk("good", ED).encode() + ",7,{\"kid\":\"a\\nb\"}]}";
    assertThatThrownBy(() -> JwkSet.read(text))
        .hasMessage(
            "cannot be used: key 2 of the list is no JSON object;"
                + " key 3 of the list has no text \"kty\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "{\"keys\":{}}", "{\"keys\":[]}", "null"})
  void shouldRefuseWhatIsNoKeySet(String text) {
    assertThatThrownBy(() -> JwkSet.read(text)).isInstanceOf(KeyFileException.class);
  }

  @Test
  void shouldRefuseTwoKeysOfOneNameAndTooMany() {
    String twice = set(TestTokens.jwk("a", ED), TestTokens.jwk("a", TestTokens.pair("EdDSA")));
    assertThatThrownBy(() -> JwkSet.read(twice)).hasMessage("has two keys EdDSA a");
    JsonObject[] many = new JsonObject[JwkSet.MOST_KEYS + 1];
    for (int i = 0; i < many.length; i++) {
      many[i] = TestTokens.jwk("key-" + i, ED);
    }
    assertThatThrownBy(() -> JwkSet.read(set(many)))
        .hasMessage("has 17 keys to verify by, expected 1 to 16");
  }

  @Test
  void shouldNotShowASecret() {
    assertThat(VerificationKey.secret(TestTokens.SECRET).toString()).isEqualTo("HS256");
    assertThatThrownBy(() -> VerificationKey.secret("é".repeat(15) + "x"))
        .hasMessage("has 31 bytes, expected 32 at least");
  }
}
