/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node tells its settings role.
 *
 * @param folder where the settings are kept; empty where this node keeps nothing
 * @param similarityThreshold the router's, as configured here: the default of its setting
 * @param maxHops the router's, likewise
 * @param maxBacklog the router's, likewise
 */
public record SettingsConfig(
    Optional<Path> folder, double similarityThreshold, int maxHops, int maxBacklog) {}
