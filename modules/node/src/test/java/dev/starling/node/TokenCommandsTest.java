/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TokenSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code starling keys} and {@code starling token}, as a person calls them. */
class TokenCommandsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(Map<String, String> environment, String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    NodeLauncher launcher =
        config -> {
          throw new AssertionError("nothing starts here");
        };
    return Main.commandLine(launcher, environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private int run(String... args) {
    return run(Map.of(), args);
  }

  private void assertRefused(int code, String... parts) {
    assertThat(code).isEqualTo(Main.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).singleElement().asString().startsWith("starling: ");
    assertThat(err.toString()).contains(parts);
  }

  private String token() {
    assertThat(out.toString().lines()).hasSize(1);
    return out.toString().strip();
  }

  private static JsonObject part(String token, int index) {
    return new JsonObject(
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]), StandardCharsets.UTF_8));
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519, EdDSA, Ed25519, Ed25519",
    "es256, ES256, EC, SHA256withECDSAinP1363Format",
    "rs256, RS256, RSA, SHA256withRSA"
  })
  void shouldMakeAPairThatSignsAndVerifies(
      String algorithm, String word, String type, String verifying) throws Exception {
    assertThat(run("keys", "new", "--algorithm", algorithm, "--out", folder.toString())).isZero();
    Path privateFile = folder.resolve("starling-token-private.pem");
    Path publicFile = folder.resolve("starling-token-public.pem");
    assertThat(out.toString())
        .contains("--set auth.public-key-file=" + publicFile, "--key-file " + privateFile);
    assertThat(rights(privateFile)).isEqualTo("rw-------");
    assertThat(run("config", "check", "--set", "auth.public-key-file=" + publicFile)).isZero();

    assertThat(run("token", "--subject", "alice", "--key-file", privateFile.toString())).isZero();
    String token = token();
    assertThat(part(token, 0).getString("alg")).isEqualTo(word);
    String pem = Files.readString(publicFile).replaceAll("-----[A-Z ]+-----|\\s", "");
    Signature signature = Signature.getInstance(verifying);
    signature.initVerify(
        KeyFactory.getInstance(type)
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem))));
    int last = token.lastIndexOf('.');
    signature.update(token.substring(0, last).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(token.substring(last + 1)))).isTrue();
  }

  @Test
  void shouldNeverOverwriteAKey() throws IOException {
    assertThat(run("keys", "new", "--out", folder.toString())).isZero();
    Path privateFile = folder.resolve("starling-token-private.pem");
    String before = Files.readString(privateFile);
    assertRefused(
        run("keys", "new", "--out", folder.toString()),
        privateFile + " is there already and is never overwritten");
    assertThat(Files.readString(privateFile)).isEqualTo(before);
    Files.delete(privateFile);
    assertRefused(run("keys", "new", "--out", folder.toString()), "starling-token-public.pem is");
    assertThat(privateFile).doesNotExist();
  }

  @Test
  void shouldMakeASecretThatNodesAndTokensShare() throws IOException {
    assertThat(run("keys", "new", "--algorithm", "hs256")).isZero();
    Path printed = Files.writeString(folder.resolve("printed.yaml"), out.toString());
    assertThat(run("config", "check", "--config", printed.toString())).isZero();
    assertThat(run("keys", "new", "--algorithm", "hs256", "--out", folder.toString())).isZero();
    Path file = folder.resolve("starling-token-secret.yaml");
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThat(Files.readString(file)).isNotEqualTo(Files.readString(printed));
    assertThat(run("token", "--subject", "alice", "--config", file.toString())).isZero();
    assertThat(part(token(), 0).getString("alg")).isEqualTo("HS256");
    assertThat(run("config", "--config", file.toString())).isZero();
    String secret = Files.readString(file).replaceAll("(?s).*secret: \"(.*)\".*", "$1");
    assertThat(secret).hasSize(43);
    assertThat(out.toString()).contains("auth.secret: \"***\"").doesNotContain(secret);
  }

  @Test
  void shouldSayInTheTokenWhatItWasAsked() {
    long now = Instant.now().getEpochSecond();
    Map<String, String> environment = Map.of("STARLING_AUTH_SECRET", SECRET);
    int code =
        run(
            environment,
            "token --subject alice --permissions observe,emit --ttl 90m --pubkey npub1"
                .concat(" --issuer house --audience mesh,other --key-id k1")
                .split(" "));
    assertThat(code).isZero();
    String token = token();
    assertThat(part(token, 0))
        .isEqualTo(new JsonObject().put("typ", "JWT").put("alg", "HS256").put("kid", "k1"));
    JsonObject claims = part(token, 1);
    assertThat(claims.getLong("iat")).isBetween(now, now + 60);
    assertThat(claims.getLong("exp")).isEqualTo(claims.getLong("iat") + 5400);
    assertThat(claims.getJsonArray("permissions"))
        .isEqualTo(new JsonArray(List.of("observe", "emit")));
    assertThat(claims.getString("sub")).isEqualTo("alice");
    assertThat(claims.getString("pubkey")).isEqualTo("npub1");
    assertThat(claims.getString("iss")).isEqualTo("house");
    assertThat(claims.getJsonArray("aud")).isEqualTo(new JsonArray(List.of("mesh", "other")));
    assertThat(TokenSigner.ofSecret(SECRET).sign(claims, "k1")).isEqualTo(token);
  }

  @Test
  void shouldTakeIssuerAndAudienceFromTheConfiguration() throws IOException {
    String yaml = "auth: {secret: %s, issuer: house, audience: [mesh]}".formatted(SECRET);
    Path file = Files.writeString(folder.resolve("node.yaml"), yaml);
    assertThat(run("token", "--subject", "alice", "--config", file.toString())).isZero();
    JsonObject claims = part(token(), 1);
    assertThat(claims.getString("iss")).isEqualTo("house");
    assertThat(claims.getString("aud")).isEqualTo("mesh");
    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(3600);
    assertThat(claims.fieldNames()).doesNotContain("permissions", "pubkey");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token|missing required option",
        "token --subject a|nothing to sign with",
        "token --subject a --ttl 0s|--ttl is 0s, expected 1s to 8784h",
        "token --subject a --ttl 9999h|--ttl is 9999h, expected",
        "token --subject a --ttl soon|--ttl is soon, expected",
        "token --subject a --permissions fly|unknown permission fly, expected any of observe",
        "token --subject a --key-file /no/such/file|--key-file /no/such/file cannot be read",
        "token --subject a --config /no/such/file|/no/such/file",
        "keys new --algorithm rot13|--algorithm is rot13, expected ed25519, es256, rs256 or hs256",
        "keys new --out /no/such/folder|--out /no/such/folder is no folder; make it first, as by mkdir -p",
        "keys old|unknown command old",
        "status --token-file /no/such/file|--token-file /no/such/file cannot be read"
      })
  void shouldRefuseInOneLine(String line, String expected) {
    assertRefused(run(line.split(" ")), expected);
  }

  @Test
  void shouldNotSignWithWhatIsNoPrivateKey() throws IOException {
    String file = TestKeys.publicKey(folder);
    assertRefused(
        run("token", "--subject", "a", "--key-file", file),
        file + ": holds PUBLIC KEY, expected one block of PEM with the line BEGIN PRIVATE KEY");
  }

  @Test
  void shouldExplainKeys() {
    assertThat(run("keys")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("new ");
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("token ", "keys ");
  }
}
