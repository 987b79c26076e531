/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.Nearest;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every setting that the mesh knows. Immutable. */
final class SettingSchema {
  /** Of more letters than this one may be wrong in the name of a group that was surely meant. */
  private static final int LETTERS_A_SLIP = 6;

  private final SortedMap<String, Setting> settings = new TreeMap<>();

  /** First names of paths, under which there is nothing but what the mesh knows. */
  private final SortedSet<String> groups = new TreeSet<>();

  SettingSchema(SettingsConfig config) {
    Stream.of(PhysicsSettings.all(), ViewSettings.all(), RouterSettings.all(config))
        .flatMap(each -> each)
        .forEach(setting -> settings.put(setting.path(), setting));
    settings.keySet().forEach(path -> groups.add(group(path)));
  }

  private static String group(String path) {
    return path.substring(0, path.indexOf('.'));
  }

  Optional<Setting> at(String path) {
    return Optional.ofNullable(settings.get(path));
  }

  Collection<Setting> all() {
    return settings.values();
  }

  /** Whether a path that is unknown must be a mistake. */
  boolean isClosed(String path) {
    return meantGroup(path).isPresent();
  }

  /** The mesh's own group that a path is in, or would be but for a slip in its first name. */
  private Optional<String> meantGroup(String path) {
    String first = group(path);
    return groups.contains(first)
        ? Optional.of(first)
        : Nearest.within(first, groups).filter(group -> isSlip(path, group));
  }

  /** Clients may have groups with names like the mesh's: what follows must fit, or be near. */
  private boolean isSlip(String path, String group) {
    String first = group(path);
    return settings.containsKey(group + path.substring(first.length()))
        || Nearest.edits(first, group) * LETTERS_A_SLIP < group.length();
  }

  /** The known path that was probably meant; what is right of it already is not compared. */
  Optional<String> nearest(String path) {
    String named =
        meantGroup(path).map(group -> group + path.substring(path.indexOf('.'))).orElse(path);
    if (settings.containsKey(named)) {
      return Optional.of(named);
    }
    String section = named.substring(0, named.lastIndexOf('.') + 1);
    return nearestIn(section, named).or(() -> nearestIn(group(named) + ".", named));
  }

  private Optional<String> nearestIn(String section, String path) {
    List<String> names =
        settings.keySet().stream()
            .filter(known -> known.startsWith(section))
            .map(known -> known.substring(section.length()))
            .toList();
    return Nearest.within(path.substring(section.length()), names).map(section::concat);
  }

  /** As {@code GET /api/settings/schema} shows it. */
  RawJson toJson() {
    return new RawJson(
        JsonOutput.bytes(json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("settings");
          for (Setting setting : settings.values()) {
            setting.write(json);
          }
          json.writeEndArray();
          json.writeEndObject();
        }));
  }
}
