/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the log, which {@code logback.xml} describes; nothing may log before. */
final class Logging {
  private Logging() {}

  /** Starts the log at the level and in the form of {@code config}; the logger of this module. */
  static Logger start(NodeConfig.Log config) {
    set("starling.log.level", config.level().name().toLowerCase(Locale.ROOT));
    set("starling.log.format", config.format().name().toLowerCase(Locale.ROOT));
    set(
        "starling.log.libraries",
        switch (config.level()) {
          case TRACE -> "debug";
          case DEBUG, INFO, WARN -> "warn";
          case ERROR -> "error";
        });
    set("hazelcast.logging.type", "slf4j");
    return LoggerFactory.getLogger("dev.starling.node");
  }

  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
