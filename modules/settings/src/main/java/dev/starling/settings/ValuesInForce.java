/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.fabric.SharedSettings;
import dev.starling.protocol.settings.SettingValue;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What each setting is now: as somebody set it, or its default. From any thread. */
final class ValuesInForce {
  private final SettingSchema schema;
  private final UpdateCheck check;
  private final SharedSettings settings;

  ValuesInForce(SettingSchema schema, UpdateCheck check, SharedSettings settings) {
    this.schema = schema;
    this.check = check;
    this.settings = settings;
  }

  /** One setting; refuses a path that is neither known nor set as INVALID_SETTING. */
  SettingValue at(String path) {
    SettingValue value = at(settings.document(), UpdateCheck.requirePath(path));
    if (value == null) {
      throw check.unknown(path);
    }
    return value;
  }

  /** Every setting whose path begins with {@code prefix}, in the order of their paths. */
  List<SettingValue> all(String prefix) {
    SettingsDocument document = settings.document();
    SortedSet<String> paths = new TreeSet<>(document.settings().keySet());
    schema.all().forEach(setting -> paths.add(setting.path()));
    List<SettingValue> values = new ArrayList<>();
    for (String path : paths) {
      SettingValue value = path.startsWith(prefix) ? at(document, path) : null;
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  private @Nullable SettingValue at(SettingsDocument document, String path) {
    Setting known = schema.at(path).orElse(null);
    StoredSetting stored = document.settings().get(path);
    long time = stored == null ? 0 : stored.timestampMillis();
    if (stored != null && !stored.isDefault()) {
      return new SettingValue(
          path, stored.value(), known == null ? null : known.defaultValue(), time);
    }
    return known == null
        ? null
        : new SettingValue(path, known.defaultValue(), known.defaultValue(), time);
  }
}
