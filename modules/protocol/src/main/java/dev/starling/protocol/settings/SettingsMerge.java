/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.RawJson;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes one document of two that a mesh wrote while it was split. Stateless. */
final class SettingsMerge {
  private static final RawJson NOTHING = RawJson.of("null");

  private SettingsMerge() {}

  static SettingsDocument of(SettingsDocument one, SettingsDocument other) {
    SortedMap<String, StoredSetting> settings = new TreeMap<>(one.settings());
    other
        .settings()
        .values()
        .forEach(setting -> settings.merge(setting.path(), setting, SettingsMerge::later));
    boolean isNews = !settings.equals(one.settings());
    // Whoever follows the other branch takes only what has a higher version than that.
    boolean isBehind = other.version() >= one.version() && !other.equals(one);
    return isNews || isBehind
        ? new SettingsDocument(
            one.lineage(), Math.max(one.version(), other.version()) + 1, settings)
        : one;
  }

  private static StoredSetting later(StoredSetting one, StoredSetting other) {
    return other.timestampMillis() > one.timestampMillis() ? other : one;
  }

  /** What is told of a setting that a later document has no trace of. */
  static StoredSetting forgotten(StoredSetting setting) {
    return new StoredSetting(setting.path(), NOTHING, setting.timestampMillis(), true);
  }
}
