/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.RawJson;

/**
 * A change that somebody asks for.
 *
 * @param path dotted, such as {@code visualisation.physics.springK}
 * @param value the new value; {@code null} in JSON takes the setting back to its default
 */
public record SettingUpdate(String path, RawJson value) {}
