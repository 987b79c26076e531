/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.KeyFileException;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TokenSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code starling token}: makes a token that nodes with the same key let in. */
@Command(
    name = "token",
    description = {
      "Make a token and print it, alone, on standard output.",
      "It is signed with --key-file, else with auth.secret of the configuration."
    },
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  starling token --subject alice --key-file starling-token-private.pem",
      "  starling token --subject prometheus --permissions observe --ttl 720h --config secret.yaml"
    })
final class TokenCommand extends BaseCommand {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(366);
  private static final int MOST_TEXT = 256;

  private final Map<String, String> environment;
  private final InstantSource clock;

  @Option(
      names = "--subject",
      paramLabel = "NAME",
      required = true,
      description = "Who the token is for; agents belong to their subject.")
  private String subject = "";

  @Option(
      names = "--permissions",
      paramLabel = "WORD,...",
      description = "What it allows. Default: the node's auth.default-permissions.")
  private @Nullable String permissions;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      description = "How long it is valid, as 30m or 12h. Default: 1h.")
  private String ttl = "1h";

  @Option(names = "--pubkey", paramLabel = "KEY", description = "The public key of who uses it.")
  private @Nullable String pubkey;

  @Option(
      names = "--issuer",
      paramLabel = "NAME",
      description = "Who made it. Default: auth.issuer of the configuration.")
  private @Nullable String issuer;

  @Option(
      names = "--audience",
      paramLabel = "NAME,...",
      description = "Who it is meant for. Default: auth.audience of the configuration.")
  private @Nullable String audience;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "A PEM file with the private key to sign with.")
  private @Nullable Path keyFile;

  @Option(
      names = "--key-id",
      paramLabel = "ID",
      description = "The key's name (kid) in the nodes' key set.")
  private @Nullable String keyId;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file with settings; may be repeated, later ones win.")
  private List<Path> files = new ArrayList<>();

  TokenCommand(Map<String, String> environment, InstantSource clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var sources = new ConfigSources(files, environment, List.of(), List.of());
    AuthConfig auth = Configuration.load(sources).node().gateway().auth();
    JsonObject claims = claims(auth);
    Main.print(out(), signer(auth).sign(claims, keyId));
    return 0;
  }

  private TokenSigner signer(AuthConfig auth) {
    try {
      if (keyFile != null) {
        return TokenSigner.ofPem(TextFile.read("--key-file", keyFile));
      }
      return TokenSigner.ofSecret(auth.secret().orElseThrow(TokenCommand::lacksKey));
    } catch (KeyFileException e) {
      throw new ConfigException((keyFile == null ? "auth.secret" : keyFile) + ": " + e.text());
    }
  }

  private static ConfigException lacksKey() {
    return new ConfigException(
        "nothing to sign with: give --key-file, or auth.secret in the configuration;"
            + " scripts/starling keys new makes a key");
  }

  private JsonObject claims(AuthConfig auth) {
    long now = clock.instant().getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("sub", text("--subject", subject))
            .put("iat", now)
            .put("exp", now + duration().toSeconds());
    if (permissions != null) {
      claims.put("permissions", permissionsOf(permissions));
    }
    if (pubkey != null) {
      claims.put("pubkey", text("--pubkey", pubkey));
    }
    Optional.ofNullable(issuer)
        .or(auth::issuer)
        .ifPresent(name -> claims.put("iss", text("--issuer", name)));
    List<String> names = audience == null ? auth.audience() : words(audience);
    if (!names.isEmpty()) {
      claims.put("aud", names.size() == 1 ? names.getFirst() : new JsonArray(names));
    }
    return claims;
  }

  private Duration duration() {
    return Settings.parseDuration(ttl)
        .filter(given -> given.compareTo(LEAST) >= 0 && given.compareTo(MOST) <= 0)
        .orElseThrow(
            () -> new ConfigException("--ttl is " + ttl + ", expected 1s to 8784h, such as 30m"));
  }

  private static String text(String option, String given) {
    boolean isFit =
        !given.isBlank()
            && given.length() <= MOST_TEXT
            && given.chars().noneMatch(Character::isISOControl);
    if (!isFit) {
      throw new ConfigException(option + ": expected 1 to " + MOST_TEXT + " characters");
    }
    return given;
  }

  private static JsonArray permissionsOf(String given) {
    JsonArray known = new JsonArray();
    for (String word : words(given)) {
      known.add(Permission.of(word).map(Permission::word).orElseThrow(() -> unknown(word)));
    }
    return known;
  }

  private static ConfigException unknown(String word) {
    return new ConfigException(
        "--permissions: unknown permission "
            + word
            + ", expected any of "
            + AuthConfigReader.words());
  }

  private static List<String> words(String given) {
    return Arrays.stream(given.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
