/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.protocol.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The keys that exist, and the shape and default of each, as {@code conf/starling.yaml} lists them.
 * Immutable.
 */
final class Schema {
  /** The origin of what nobody set. */
  static final String DEFAULT = "default";

  /** Where a person finds every key. */
  static final String ALL_KEYS = "conf/starling.yaml lists every key";

  private static final String RESOURCE = "starling.yaml";

  private final Map<String, Value> defaults;

  private Schema(Map<String, Value> defaults) {
    this.defaults = defaults;
  }

  /** The schema of this build. */
  static Schema builtIn() {
    try (InputStream file = Schema.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      Reader reader = new InputStreamReader(file, StandardCharsets.UTF_8);
      Map<String, Value> defaults = new LinkedHashMap<>();
      YamlFile.parse(RESOURCE, reader, path -> false)
          .forEach((key, value) -> defaults.put(key, withOrigin(value, DEFAULT)));
      return new Schema(defaults);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Value withOrigin(Value value, String origin) {
    return switch (value) {
      case Value.Text text -> new Value.Text(text.text(), origin);
      case Value.Items items -> new Value.Items(items.items(), origin);
      case Value.Entries entries -> new Value.Entries(entries.entries(), origin);
    };
  }

  /** Every key with its default, in the file's order. */
  Map<String, Value> defaults() {
    return defaults;
  }

  boolean isKey(String path) {
    return defaults.containsKey(path);
  }

  boolean isSection(String path) {
    return defaults.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
  }

  /** The name of {@code key} in the environment. */
  static String variable(String key) {
    return "STARLING_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The value of {@code key} when {@code text} is given for it in a variable or an option. */
  Value parse(String key, String text, String origin) {
    return fit(key, new Value.Text(text, origin));
  }

  /** {@code value} in the shape that {@code key} has; refused when it cannot have that shape. */
  Value fit(String key, Value value) {
    return switch (defaults.get(key)) {
      case Value.Items _ when value instanceof Value.Text(var text, var origin) ->
          new Value.Items(split(text, "[", "]"), origin);
      case Value.Entries _ when value instanceof Value.Text(var text, var origin) ->
          entries(key, text, origin);
      case Value.Items _ when value instanceof Value.Items -> value;
      case Value.Entries _ when value instanceof Value.Entries -> value;
      case Value.Text _ when value instanceof Value.Text -> value;
      case Value.Items _ -> throw misshapen(key, value, "a list");
      case Value.Entries _ -> throw misshapen(key, value, "entries of the form name: value");
      case Value.Text _ -> throw misshapen(key, value, "a single value");
      case null -> throw unknown(key, value.origin());
    };
  }

  private static ConfigException misshapen(String key, Value value, String expected) {
    String given = Settings.isSecret(key) ? Settings.MASK : value.display();
    return new ConfigException(
        "%s is %s (%s), expected %s".formatted(key, given, value.origin(), expected));
  }

  private static Value entries(String key, String text, String origin) {
    Map<String, Value.Text> entries = new LinkedHashMap<>();
    for (String entry : split(text, "{", "}")) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(
            "%s is \"%s\" (%s), expected entries of the form name=value,name=value"
                .formatted(key, text, origin));
      }
      entries.put(
          entry.substring(0, equals).strip(),
          new Value.Text(entry.substring(equals + 1).strip(), origin));
    }
    return new Value.Entries(entries, origin);
  }

  private static List<String> split(String text, String open, String close) {
    String inner = text.strip();
    if (inner.startsWith(open) && inner.endsWith(close)) {
      inner = inner.substring(1, inner.length() - 1);
    }
    return Arrays.stream(inner.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /** The key of which {@code path} is a free sub-key, as in {@code router.space-thresholds.x}. */
  Optional<String> mapOf(String path) {
    return defaults.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Value.Entries)
        .map(Map.Entry::getKey)
        .filter(key -> path.startsWith(key + ".") && path.length() > key.length() + 1)
        .findFirst();
  }

  /** What to say of a key that does not exist. */
  ConfigException unknown(String path, String origin) {
    List<String> below =
        defaults.keySet().stream().filter(key -> key.startsWith(path + ".")).toList();
    return new ConfigException(
        below.isEmpty()
            ? "unknown key %s (%s), %s"
                .formatted(
                    path,
                    origin,
                    Nearest.within(path, defaults.keySet())
                        .map(near -> "did you mean " + near + "?")
                        .orElse(ALL_KEYS))
            : "%s (%s) is a section, its keys are %s"
                .formatted(path, origin, String.join(", ", below)));
  }
}
