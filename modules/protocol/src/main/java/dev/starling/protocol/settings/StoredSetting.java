/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.RawJson;

/**
 * What the mesh keeps of a setting that was changed.
 *
 * @param path dotted, such as {@code visualisation.physics.springK}
 * @param value compact JSON; where it is a default, that default as it was then, or {@code null}
 * @param timestampMillis when, milliseconds since 1970
 * @param isDefault whether the change was to take the setting back to its default, which is what is
 *     in force then; kept, so that an older value elsewhere does not come back
 */
public record StoredSetting(String path, RawJson value, long timestampMillis, boolean isDefault) {

  /** As those hear of it who follow the settings. */
  public SettingChange toldFrom(String origin) {
    return new SettingChange(path, value, timestampMillis, origin);
  }
}
