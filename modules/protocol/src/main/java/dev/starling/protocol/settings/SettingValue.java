/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * A setting and the value in force.
 *
 * @param value the value in force
 * @param defaultValue what it is when nobody changes it; null for one that has no type
 * @param timestampMillis when it was last changed, milliseconds since 1970; 0 where it never was
 */
public record SettingValue(
    String path, RawJson value, @Nullable RawJson defaultValue, long timestampMillis) {}
