/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where settings come from, beside the built-in defaults; of two that set one key the later wins.
 *
 * @param files YAML files, in order
 * @param environment the process's variables, of which those named {@code STARLING_*} count
 * @param sets what {@code --set} was given, each {@code key=value}, in order
 * @param options dedicated options of the command line, in order
 */
public record ConfigSources(
    List<Path> files, Map<String, String> environment, List<String> sets, List<Option> options) {

  /** No source beside the defaults. */
  public static final ConfigSources NONE =
      new ConfigSources(List.of(), Map.of(), List.of(), List.of());

  /**
   * A key that has an option of its own.
   *
   * @param name the option as the person wrote it, such as {@code --http-port}
   * @param key the key that it sets
   * @param value the text given for it
   */
  public record Option(String name, String key, String value) {}

  public ConfigSources {
    files = List.copyOf(files);
    environment = Map.copyOf(environment);
    sets = List.copyOf(sets);
    options = List.copyOf(options);
  }
}
