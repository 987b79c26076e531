/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.protocol.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lays the sources of settings over each other, later ones on top. */
final class Layers {
  /** Variables that the scripts read before Java starts. */
  private static final Set<String> OF_THE_LAUNCHER =
      Set.of("STARLING_JAVA_HOME", "STARLING_JAVA_OPTS");

  private static final String PREFIX = "STARLING_";
  private static final Map<String, String> ALIASES = Map.of("STARLING_DATA", "node.data");

  private final Schema schema;
  private final Map<String, Value> values;

  private Layers(Schema schema) {
    this.schema = schema;
    this.values = new LinkedHashMap<>(schema.defaults());
  }

  /** The settings in force under {@code sources}. */
  static Settings merge(Schema schema, ConfigSources sources) {
    var layers = new Layers(schema);
    sources
        .files()
        .forEach(file -> YamlFile.read(file, schema::isKey).forEach(layers::putFromFile));
    layers.putEnvironment(sources.environment());
    sources.sets().forEach(layers::putAssignment);
    for (ConfigSources.Option option : sources.options()) {
      layers.put(option.key(), schema.parse(option.key(), option.value(), option.name()));
    }
    return new Settings(layers.values);
  }

  private void putFromFile(String path, Value value) {
    boolean emptySection =
        schema.isSection(path) && value instanceof Value.Text text && text.text().isEmpty();
    if (!emptySection) {
      putPath(path, value);
    }
  }

  private void putEnvironment(Map<String, String> environment) {
    Map<String, String> keys =
        schema.defaults().keySet().stream().collect(Collectors.toMap(Schema::variable, key -> key));
    Map<String, String> aliases = new TreeMap<>();
    Map<String, String> own = new TreeMap<>();
    environment.forEach((name, text) -> {
      if (name.startsWith(PREFIX) && !OF_THE_LAUNCHER.contains(name) && !text.isEmpty()) {
        (ALIASES.containsKey(name) ? aliases : own).put(name, text);
      }
    });
    aliases.forEach((name, text) -> putText(ALIASES.getOrDefault(name, ""), text, name));
    own.forEach((name, text) -> {
      String key = keys.get(name);
      if (key == null) {
        throw unknown(name, keys);
      }
      putText(key, text, name);
    });
  }

  /** The prefix that all share makes none of them nearer. */
  private static ConfigException unknown(String variable, Map<String, String> keys) {
    List<String> known = keys.keySet().stream().map(Layers::unprefixed).toList();
    return new ConfigException(
        "unknown variable %s in the environment, %s"
            .formatted(
                variable,
                Nearest.within(unprefixed(variable), known)
                    .map(near -> "did you mean " + PREFIX + near + "?")
                    .orElse("all with this prefix are settings: " + Schema.ALL_KEYS)));
  }

  private static String unprefixed(String variable) {
    return variable.substring(PREFIX.length());
  }

  private void putAssignment(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("--set " + assignment + ": expected --set key=value");
    }
    String path = assignment.substring(0, equals).strip();
    putPath(path, new Value.Text(assignment.substring(equals + 1).strip(), "--set " + path));
  }

  private void putText(String key, String text, String origin) {
    put(key, schema.parse(key, text, origin));
  }

  private void putPath(String path, Value value) {
    if (schema.isKey(path)) {
      put(path, schema.fit(path, value));
      return;
    }
    String map = schema.mapOf(path).orElseThrow(() -> schema.unknown(path, value.origin()));
    if (!(value instanceof Value.Text text)) {
      throw new ConfigException(path + " (" + value.origin() + "): expected a single value");
    }
    put(map, new Value.Entries(Map.of(path.substring(map.length() + 1), text), value.origin()));
  }

  private void put(String key, Value value) {
    values.merge(
        key,
        value,
        (before, after) ->
            before instanceof Value.Entries old && after instanceof Value.Entries added
                ? old.with(added)
                : after);
  }
}
