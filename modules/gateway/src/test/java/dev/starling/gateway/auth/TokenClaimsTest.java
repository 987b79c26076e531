/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenClaimsTest {
  private static final long NOW = 1_800_000_000;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));

  private static TokenClaims claims(@Nullable String issuer, String... audience) {
    return new TokenClaims(
        new AuthConfig(
            true,
            AuthConfig.Anonymous.REFUSE,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(issuer),
            List.of(audience),
            Duration.ofSeconds(30),
            Set.of(Permission.OBSERVE)),
        CLOCK);
  }

  private static Principal accepted(JsonObject token) {
    return claims(null).principal(token);
  }

  private static void refused(TokenClaims claims, JsonObject token, TokenFault fault) {
    assertThatThrownBy(() -> claims.principal(token))
        .as(token.encode())
        .isInstanceOfSatisfying(
            AuthenticationException.class, refused -> assertThat(refused.fault()).isEqualTo(fault));
  }

  private static JsonObject with(String name, @Nullable Object value) {
    return new JsonObject().put(name, value);
  }

  @Test
  void shouldEndATokenALeewayPastItsExpiry() {
    assertThat(accepted(with("exp", NOW + 1)).expiresAtMillis()).isEqualTo((NOW + 1) * 1000);
    assertThat(accepted(with("exp", NOW + 0.5)).expiresAtMillis()).isEqualTo(NOW * 1000 + 500);
    assertThat(accepted(with("exp", NOW - 29)).expiresAtMillis()).isEqualTo((NOW - 29) * 1000);
    refused(claims(null), with("exp", NOW - 30), TokenFault.EXPIRED);
    refused(claims(null), with("exp", 0), TokenFault.EXPIRED);
  }

  @Test
  void shouldLetATokenWithoutExpiryLastForEver() {
    assertThat(accepted(new JsonObject()).expiresAtMillis()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nbf", "iat"})
  void shouldNotTakeATokenBeforeItsTime(String name) {
    assertThat(accepted(with(name, NOW + 30))).isNotNull();
    refused(claims(null), with(name, NOW + 31), TokenFault.NOT_YET_VALID);
  }

  @Test
  void shouldCompareTheIssuer() {
    TokenClaims issued = claims("house");
    assertThat(issued.principal(with("iss", "house"))).isNotNull();
    refused(issued, with("iss", "House"), TokenFault.ISSUER);
    refused(issued, new JsonObject(), TokenFault.ISSUER);
    refused(issued, with("iss", null), TokenFault.ISSUER);
    refused(issued, with("iss", new JsonArray().add("house")), TokenFault.CLAIMS);
    assertThat(accepted(with("iss", "anybody"))).isNotNull();
    refused(claims(null), with("iss", 7), TokenFault.CLAIMS);
  }

  @Test
  void shouldBeMeantByTheAudience() {
    TokenClaims meant = claims(null, "mesh", "other");
    assertThat(meant.principal(with("aud", "other"))).isNotNull();
    assertThat(meant.principal(with("aud", new JsonArray().add("x").add("mesh")))).isNotNull();
    refused(meant, with("aud", "mes"), TokenFault.AUDIENCE);
    refused(meant, with("aud", new JsonArray().add("x")), TokenFault.AUDIENCE);
    refused(meant, with("aud", new JsonArray()), TokenFault.AUDIENCE);
    refused(meant, new JsonObject(), TokenFault.AUDIENCE);
    refused(meant, with("aud", new JsonArray().add("mesh").add(1)), TokenFault.CLAIMS);
    refused(meant, with("aud", new JsonObject().put("mesh", true)), TokenFault.CLAIMS);
    assertThat(accepted(with("aud", "whoever"))).isNotNull();
  }

  @Test
  void shouldReadPermissions() {
    assertThat(accepted(new JsonObject()).permissions()).containsExactly(Permission.OBSERVE);
    JsonArray some = new JsonArray().add("emit").add("teleport").add("admin").add("emit");
    assertThat(accepted(with("permissions", some)).permissions())
        .containsExactly(Permission.EMIT, Permission.ADMIN);
    assertThat(accepted(with("permissions", new JsonArray())).permissions()).isEmpty();
    assertThat(accepted(with("permissions", new JsonArray().add("ADMIN"))).permissions()).isEmpty();
    refused(claims(null), with("permissions", "admin"), TokenFault.CLAIMS);
    refused(claims(null), with("permissions", null), TokenFault.CLAIMS);
    refused(claims(null), with("permissions", new JsonObject()), TokenFault.CLAIMS);
    refused(claims(null), with("permissions", new JsonArray().add(1)), TokenFault.CLAIMS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "pubkey"})
  void shouldTakeOnlyShortTexts(String name) {
    for (Object value : List.of(7, "", "x".repeat(257), "a\nb", true, new JsonArray())) {
      refused(claims(null), with(name, value), TokenFault.CLAIMS);
    }
    refused(claims(null), with(name, null), TokenFault.CLAIMS);
    Principal who = accepted(with(name, "x".repeat(256)));
    assertThat(name.equals("sub") ? who.subject() : who.pubkey()).isEqualTo("x".repeat(256));
  }

  @Test
  void shouldSayWhichClaimIsWrongButNotWhatCame() {
    assertThatThrownBy(() -> accepted(with("sub", 4711)))
        .hasMessage("the token's claim sub must be a text of 1 to 256 characters");
    assertThatThrownBy(() -> accepted(with("exp", 1_800_000_000_000L)))
        .hasMessage(
            "the token's claim exp must be a number of seconds since 1970, not of milliseconds");
  }
}
