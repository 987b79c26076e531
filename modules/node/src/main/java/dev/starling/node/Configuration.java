/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.LinkedHashMap;
import java.util.Map;

/** The configuration in force: typed for the program, and as text for people. */
public final class Configuration {
  private final Settings settings;
  private final NodeConfig node;

  private Configuration(Settings settings) {
    this.settings = settings;
    this.node = new NodeConfigReader(settings).read();
  }

  /**
   * Lays {@code sources} over the built-in defaults and checks every value.
   *
   * @throws ConfigException at the first setting that is wrong
   */
  public static Configuration load(ConfigSources sources) {
    return new Configuration(Layers.merge(Schema.builtIn(), sources));
  }

  /** The typed records. */
  public NodeConfig node() {
    return node;
  }

  /** Every key in the file's order, as YAML with its origin as comment; secrets are masked. */
  public Map<String, Shown> shown() {
    Map<String, Shown> shown = new LinkedHashMap<>();
    settings
        .values()
        .forEach(
            (key, value) -> shown.put(key, new Shown(Settings.shown(key, value), value.origin())));
    return shown;
  }

  /**
   * A setting for people.
   *
   * @param value as YAML on one line; a secret is masked
   * @param origin where it was set, or {@code default}
   */
  public record Shown(String value, String origin) {}
}
