/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.RawJson;

/**
 * A change that took effect.
 *
 * @param path which setting
 * @param value the value now in force; {@code null} in JSON where there is none any more
 * @param timestampMillis when, milliseconds since 1970 by the clock of the node that wrote it
 * @param origin who asked for it, such as a session's id; empty where nobody knows any more
 */
public record SettingChange(String path, RawJson value, long timestampMillis, String origin) {}
