/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.Nearest;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every setting that the mesh knows. Immutable. */
final class SettingSchema {
  /** Sections in which there is nothing but what the mesh knows. */
  private static final List<String> CLOSED = List.of("visualisation.physics.", "router.");

  private final SortedMap<String, Setting> settings = new TreeMap<>();

  SettingSchema(SettingsConfig config) {
    Stream.of(PhysicsSettings.all(), ViewSettings.all(), RouterSettings.all(config))
        .flatMap(each -> each)
        .forEach(setting -> settings.put(setting.path(), setting));
  }

  Optional<Setting> at(String path) {
    return Optional.ofNullable(settings.get(path));
  }

  Collection<Setting> all() {
    return settings.values();
  }

  /** Whether a path that is unknown must be a mistake. */
  boolean isClosed(String path) {
    return CLOSED.stream().anyMatch(path::startsWith) || isSection(path);
  }

  /** Whether known settings lie below a path. */
  private boolean isSection(String path) {
    String below = path + ".";
    return settings.keySet().stream().anyMatch(known -> known.startsWith(below));
  }

  /** The known path that was probably meant; of one section, only what differs is compared. */
  Optional<String> nearest(String path) {
    String section = path.substring(0, path.lastIndexOf('.') + 1);
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
