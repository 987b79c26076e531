/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.settings.Setting.integer;
import static dev.starling.settings.Setting.number;

import java.util.stream.Stream;

/**
 * How outcomes are routed, as far as that can change while routers run: what each decision looks up
 * anew. Sizes of tables and windows of memory are the configuration's alone. Stateless.
 */
final class RouterSettings {
  private static final String AT = "router.";

  private RouterSettings() {}

  static Stream<Setting> all(SettingsConfig config) {
    return Stream.of(
        number(
            AT + "similarityThreshold",
            config.similarityThreshold(),
            0.000001,
            1,
            "cosine",
            "Least similarity at which an outcome reaches an agent; a space with a threshold of its"
                + " own in the configuration keeps that, and an agent that asked for a stricter one"
                + " keeps its own."),
        integer(
            AT + "maxHops",
            config.maxHops(),
            1,
            1_000,
            "hops",
            "How many syntheses deep an outcome is still routed."),
        integer(
            AT + "maxBacklog",
            config.maxBacklog(),
            1,
            1_000_000,
            "outcomes",
            "Outcomes that wait in one router before it refuses more."));
  }
}
