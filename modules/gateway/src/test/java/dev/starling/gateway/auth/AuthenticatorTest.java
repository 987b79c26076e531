/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens made by the JDK's cryptography alone, against the verifier that nodes use. */
class AuthenticatorTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Map<String, KeyPair> PAIRS =
      Map.of(
          "RS256", TestTokens.pair("RS256"),
          "ES256", TestTokens.pair("ES256"),
          "EdDSA", TestTokens.pair("EdDSA"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Authenticator authenticator =
      new Authenticator(VERTX, AuthConfig.OPEN, new AuthMetrics(registry), InstantSource.system());

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static KeyPair pair(String algorithm) {
    return Objects.requireNonNull(PAIRS.get(algorithm));
  }

  private static VerificationKey key(String algorithm) {
    return VerificationKey.of(null, pair(algorithm).getPublic());
  }

  private static String token(String algorithm, JsonObject header) {
    return TestTokens.signed(pair(algorithm).getPrivate(), header, TestTokens.claims("alice"));
  }

  private void useEveryKey() {
    authenticator.use(
        List.of(
            VerificationKey.secret(TestTokens.SECRET), key("RS256"), key("ES256"), key("EdDSA")));
  }

  private Principal accepted(String token) {
    Future<Principal> who = authenticator.authenticate(token);
    assertThat(who.isComplete()).isTrue();
    assertThat(who.cause()).isNull();
    return who.result();
  }

  private TokenFault refused(String token) {
    Future<Principal> who = authenticator.authenticate(token);
    assertThat(who.isComplete()).isTrue();
    assertThat(who.cause()).isInstanceOf(AuthenticationException.class);
    AuthenticationException refused = (AuthenticationException) who.cause();
    assertThat(refused.getStackTrace()).isEmpty();
    assertThat(refused.getCause()).isNull();
    for (String part : token.split("\\.", -1)) {
      if (part.length() > 8) {
        assertThat(refused.toString()).doesNotContain(part.substring(0, 8));
      }
    }
    assertThat(count(refused.fault().word())).isPositive();
    return refused.fault();
  }

  private double count(String result) {
    return registry.get("starling.gateway.tokens").tag("result", result).counter().count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void shouldTakeATokenThatThePrivateKeySigned(String algorithm) {
    authenticator.use(List.of(key(algorithm)));
    Principal who = accepted(token(algorithm, TestTokens.header(algorithm)));
    assertThat(who.subject()).isEqualTo("alice");
    assertThat(who.permissions()).isEqualTo(Permission.usual());
    assertThat(who.expiresAtMillis()).isGreaterThan(System.currentTimeMillis());
    assertThat(count("accepted")).isEqualTo(1);
  }

  @Test
  void shouldTakeATokenThatTheSecretSigned() {
    authenticator.use(List.of(VerificationKey.secret(TestTokens.SECRET)));
    assertThat(accepted(TestTokens.of("bob", "admin", "a-later-one")).permissions())
        .containsExactly(Permission.ADMIN);
  }

  @Test
  void shouldVerifyByAnyOfSeveralKeys() {
    useEveryKey();
    assertThat(accepted(TestTokens.of("bob")).subject()).isEqualTo("bob");
    for (String algorithm : PAIRS.keySet()) {
      assertThat(accepted(token(algorithm, TestTokens.header(algorithm))).subject())
          .isEqualTo("alice");
    }
  }

  @Test
  void shouldRefuseEveryTokenWithoutAKey() {
    assertThat(refused(TestTokens.of("bob"))).isEqualTo(TokenFault.NO_KEY);
    String unsigned = TestTokens.encoded("{\"alg\":\"none\"}") + "." + TestTokens.encoded("{}");
    assertThat(refused(unsigned)).isEqualTo(TokenFault.NO_KEY);
    assertThat(refused(unsigned + ".")).isEqualTo(TokenFault.NO_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
  void shouldNeverTakeAnUnsignedToken(String none) {
    useEveryKey();
    String header = TestTokens.encoded(TestTokens.header(none).encode());
    String unsigned = header + "." + TestTokens.encoded(TestTokens.claims("mallory").encode());
    assertThat(refused(unsigned)).isEqualTo(TokenFault.MALFORMED);
    assertThat(refused(unsigned + ".")).isEqualTo(TokenFault.ALGORITHM);
    assertThat(refused(unsigned + ".AAAA")).isEqualTo(TokenFault.ALGORITHM);
  }

  @Test
  void shouldNotTakeThePublicKeyForASecret() {
    String pem = Pem.of(pair("RS256").getPublic());
    for (String secret : List.of(pem, pem.strip(), pem.replace("\n", "\r\n"))) {
      String header = TestTokens.header("HS256").encode();
      String forged = TestTokens.hs256(secret, header, TestTokens.claims("mallory").encode());
      authenticator.use(List.of(key("RS256")));
      assertThat(refused(forged)).isEqualTo(TokenFault.ALGORITHM);
      useEveryKey();
      assertThat(refused(forged)).isEqualTo(TokenFault.SIGNATURE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS384", "HS512", "RS384", "PS256", "ES384", "ES256K", "RS1", "hs256"})
  void shouldRefuseAlgorithmsThatNoKeyIsFor(String algorithm) {
    useEveryKey();
    assertThat(refused(token("RS256", TestTokens.header(algorithm))))
        .isEqualTo(TokenFault.ALGORITHM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void shouldRefuseWhatAnotherKeySigned(String algorithm) {
    useEveryKey();
    String forged =
        TestTokens.signed(
            TestTokens.pair(algorithm).getPrivate(),
            TestTokens.header(algorithm),
            TestTokens.claims("mallory"));
    assertThat(refused(forged)).isEqualTo(TokenFault.SIGNATURE);
  }

  @Test
  void shouldRefuseAnotherSecret() {
    useEveryKey();
    String forged =
        TestTokens.hs256(
            TestTokens.SECRET.replace('0', '1'),
            TestTokens.header("HS256").encode(),
            TestTokens.claims("mallory").encode());
    assertThat(refused(forged)).isEqualTo(TokenFault.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void shouldRefuseWhatWasChangedAfterwards(String algorithm) {
    useEveryKey();
    String[] parts = token(algorithm, TestTokens.header(algorithm)).split("\\.", -1);
    String admin =
        TestTokens.claims("alice").put("permissions", new JsonArray().add("admin")).encode();
    assertThat(refused(parts[0] + "." + TestTokens.encoded(admin) + "." + parts[2]))
        .isEqualTo(TokenFault.SIGNATURE);
    String zeros = "A".repeat(parts[2].length());
    assertThat(refused(parts[0] + "." + parts[1] + "." + zeros)).isEqualTo(TokenFault.SIGNATURE);
    assertThat(refused(parts[0] + "." + parts[1] + "." + parts[2].substring(4)))
        .isEqualTo(TokenFault.SIGNATURE);
  }

  @Test
  void shouldRefuseASignatureInAnotherForm() {
    useEveryKey();
    String ans1 =
        TestTokens.signed(
            pair("ES256").getPrivate(),
            "SHA256withECDSA",
            TestTokens.header("ES256").encode(),
            TestTokens.claims("alice").encode());
    assertThat(refused(ans1)).isEqualTo(TokenFault.SIGNATURE);
  }

  @Test
  void shouldRefuseAKeyThatIsNotInTheSet() {
    KeyPair one = TestTokens.pair("EdDSA");
    KeyPair two = TestTokens.pair("EdDSA");
    authenticator.use(
        List.of(
            VerificationKey.of("one", one.getPublic()),
            VerificationKey.of("two", two.getPublic())));
    JsonObject header = TestTokens.header("EdDSA");
    JsonObject claims = TestTokens.claims("alice");
    assertThat(accepted(TestTokens.signed(two.getPrivate(), header, claims)).subject())
        .isEqualTo("alice");
    assertThat(accepted(TestTokens.signed(two.getPrivate(), header.put("kid", "two"), claims)))
        .isNotNull();
    assertThat(refused(TestTokens.signed(two.getPrivate(), header.put("kid", "one"), claims)))
        .isEqualTo(TokenFault.SIGNATURE);
    assertThat(refused(TestTokens.signed(two.getPrivate(), header.put("kid", "three"), claims)))
        .isEqualTo(TokenFault.NO_KEY);
  }

  @Test
  void shouldNotTakeTheKeyThatATokenBringsAlong() {
    authenticator.use(List.of(key("RS256")));
    KeyPair own = TestTokens.pair("RS256");
    for (String member : List.of("jwk", "jku", "x5u", "x5c")) {
      Object brought =
          switch (member) {
            case "jwk" -> TestTokens.jwk("own", own);
            case "x5c" -> new JsonArray().add("MIIB");
            default -> "https://127.0.0.1:1/keys.json";
          };
      JsonObject header = TestTokens.header("RS256").put(member, brought);
      String forged = TestTokens.signed(own.getPrivate(), header, TestTokens.claims("mallory"));
      assertThat(refused(forged)).as(member).isEqualTo(TokenFault.SIGNATURE);
    }
  }

  @Test
  void shouldRefuseHeadersThatAskForMoreThanIsUnderstood() {
    useEveryKey();
    for (JsonObject more :
        List.of(
            new JsonObject().put("crit", new JsonArray().add("exp")),
            new JsonObject().put("crit", new JsonArray()),
            new JsonObject().putNull("crit"),
            new JsonObject().put("b64", false),
            new JsonObject().put("kid", 1),
            new JsonObject().put("kid", "k".repeat(257)))) {
      assertThat(refused(token("RS256", TestTokens.header("RS256").mergeIn(more))))
          .as(more.encode())
          .isEqualTo(TokenFault.MALFORMED);
    }
  }

  static Stream<String> junk() {
    String claims = TestTokens.encoded("{}");
    String deep = "{\"alg\":\"RS256\",\"a\":" + "[".repeat(1500) + "]".repeat(1500) + "}";
    return Stream.of(
            "{\"alg\":1}",
            "{}",
            "[]",
            "\"RS256\"",
            "null",
            "1",
            "",
            "{\"alg\":\"RS256\"",
            "{\"alg\":[\"RS256\"]}",
            deep)
        .map(header -> TestTokens.encoded(header) + "." + claims + "." + "A".repeat(342))
        .mapMulti((token, each) -> {
          each.accept(token);
          each.accept(token + ".more");
        });
  }

  @ParameterizedTest
  @MethodSource("junk")
  void shouldRefuseJunk(String token) {
    useEveryKey();
    assertThat(refused(token)).isEqualTo(TokenFault.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "...", "a.b", "a.b.c", "a b.c.d", "é.é.é", "eyJ.=.", "\u0000"})
  void shouldRefuseWhatHasNotTheFormOfAToken(String token) {
    useEveryKey();
    assertThat(refused(token)).isEqualTo(TokenFault.MALFORMED);
  }

  @Test
  void shouldRefuseATokenThatIsTooLongBeforeReadingIt() {
    useEveryKey();
    JsonObject claims = TestTokens.claims("alice");
    assertThat(accepted(TestTokens.of(claims.put("more", "x".repeat(5_900)))).subject())
        .isEqualTo("alice");
    assertThat(refused(TestTokens.of(claims.put("more", "x".repeat(6_100)))))
        .isEqualTo(TokenFault.MALFORMED);
  }

  @Test
  void shouldRefuseSignedClaimsThatAreNoObject() {
    useEveryKey();
    String deep = "{\"a\":" + "[".repeat(1500) + "]".repeat(1500) + "}";
    for (String claims : List.of("[]", "1", "null", "\"x\"", "{", "", deep)) {
      String token =
          TestTokens.hs256(TestTokens.SECRET, TestTokens.header("HS256").encode(), claims);
      assertThat(refused(token)).as(claims).isEqualTo(TokenFault.MALFORMED);
    }
  }

  static Stream<String> timesThatAreNone() {
    return Stream.of("exp", "nbf", "iat")
        .flatMap(name ->
            Stream.of(
                    "\"soon\"",
                    "null",
                    "true",
                    "[1]",
                    "{}",
                    "-1",
                    "1e300",
                    "1e999",
                    "1760000000000",
                    "99999999999999999999999999")
                .map(value -> "{\"sub\":\"alice\",\"" + name + "\":" + value + "}"));
  }

  @ParameterizedTest
  @MethodSource("timesThatAreNone")
  void shouldRefuseTimesThatAreNoneInsteadOfForgettingThem(String claims) {
    useEveryKey();
    String token = TestTokens.hs256(TestTokens.SECRET, TestTokens.header("HS256").encode(), claims);
    assertThat(refused(token)).isEqualTo(TokenFault.CLAIMS);
  }

  @Test
  void shouldComparePublicKeysWhereBothSidesHaveOne() {
    useEveryKey();
    Principal with = accepted(TestTokens.of(TestTokens.claims("alice").put("pubkey", "npub1")));
    Principal without = accepted(TestTokens.of("alice"));
    assertThatCode(() -> authenticator.checkPubkey(with, "npub1")).doesNotThrowAnyException();
    assertThatCode(() -> authenticator.checkPubkey(with, null)).doesNotThrowAnyException();
    assertThatCode(() -> authenticator.checkPubkey(without, "npub2")).doesNotThrowAnyException();
    for (String other : List.of("npub2", "", "npub", "npub11")) {
      assertThatThrownBy(() -> authenticator.checkPubkey(with, other))
          .isInstanceOfSatisfying(
              AuthenticationException.class,
              refused -> assertThat(refused.fault()).isEqualTo(TokenFault.PUBKEY));
    }
    assertThat(count("pubkey")).isEqualTo(4);
  }
}
