/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.AuthConfig.Anonymous;
import dev.starling.gateway.auth.KeyFileException;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.VerificationKeys;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads the section {@code auth}, the one place that knows its ranges and what contradicts what.
 */
final class AuthConfigReader {
  private static final int MOST_TEXT = 256;
  private static final String MAKE_KEYS =
      "give auth.secret, auth.public-key-file or auth.jwks-file (scripts/starling keys new makes"
          + " a key)";

  /** The settings by which people on other machines reach a node, and what each may be without. */
  enum Exposure {
    HOST("http.host", "a loopback address: beyond it, everyone who reaches the port"),
    PROXIES("http.trusted-proxies", "no proxy: everyone whom one speaks for"),
    NAMES(
        "http.allowed-hosts",
        "nothing but localhost and loopback addresses: everyone who reaches another name");

    private final String key;
    private final String expected;

    Exposure(String key, String expected) {
      this.key = key;
      this.expected = expected;
    }
  }

  private final Settings settings;

  AuthConfigReader(Settings settings) {
    this.settings = settings;
  }

  /**
   * The section; refuses the first setting that is wrong.
   *
   * @param exposure how people on other machines reach the node, if they do and if it matters
   */
  AuthConfig read(Supplier<Optional<Exposure>> exposure) {
    Anonymous anonymous = settings.choice("auth.anonymous", Anonymous.class);
    Optional<Exposure> exposed =
        anonymous == Anonymous.LOOPBACK ? exposure.get() : Optional.empty();
    AuthConfig config =
        new AuthConfig(
            settings.flag("auth.required"),
            anonymous,
            exposed.isPresent(),
            settings.optional("auth.secret", "a text", Optional::of),
            settings.optional(
                "auth.public-key-file", "a PEM file that can be read", AuthConfigReader::readable),
            settings.optional(
                "auth.jwks-file", "a JSON file that can be read", AuthConfigReader::readable),
            settings.optional("auth.issuer", "up to 256 characters", AuthConfigReader::named),
            settings.list(
                "auth.audience", "names of up to 256 characters", (name, origin) -> named(name)),
            settings.duration("auth.leeway", Duration.ZERO, Duration.ofMinutes(5)),
            permissions());
    requireKeys(config, exposed);
    return config;
  }

  private static Optional<Path> readable(String text) {
    try {
      return Optional.of(Path.of(text).toAbsolutePath().normalize())
          .filter(path -> Files.isRegularFile(path) && Files.isReadable(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> named(String text) {
    return Optional.of(text).filter(name -> name.length() <= MOST_TEXT);
  }

  private Set<Permission> permissions() {
    List<Permission> listed =
        settings.list(
            "auth.default-permissions", "any of " + words(), (word, origin) -> Permission.of(word));
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    permissions.addAll(listed);
    return permissions;
  }

  /** Every permission's word. */
  static String words() {
    return Arrays.stream(Permission.values())
        .map(Permission::word)
        .collect(Collectors.joining(", "));
  }

  private void requireKeys(AuthConfig config, Optional<Exposure> exposed) {
    if (config.required() && config.anonymous() == Anonymous.ALLOW) {
      throw settings.wrong(
          "auth.anonymous", "loopback or refuse: auth.required is true, so nobody may do without");
    }
    if (config.isTokenRequired() && !config.hasKey()) {
      throw lacksKey(config, exposed);
    }
    try {
      VerificationKeys.check(config);
    } catch (KeyFileException e) {
      throw new ConfigException(e.text());
    }
  }

  private ConfigException lacksKey(AuthConfig config, Optional<Exposure> exposed) {
    if (config.required()) {
      return settings.wrong("auth.required", "false without a key; for tokens " + MAKE_KEYS);
    }
    return exposed
        .map(this::exposedWithoutKey)
        .orElseGet(() ->
            settings.wrong(
                "auth.anonymous", "loopback or allow without a key; for tokens " + MAKE_KEYS));
  }

  private ConfigException exposedWithoutKey(Exposure exposure) {
    return settings.wrong(
        exposure.key,
        exposure.expected
            + " could connect without a token; "
            + MAKE_KEYS
            + ", or allow that knowingly with --set auth.anonymous=allow");
  }
}
