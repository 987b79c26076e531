/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param number the version, such as {@code 0.1.0}
 * @param commit the Git commit that it was built from; empty where the build did not know
 */
public record Version(String number, String commit) {
  private static final Version CURRENT = read();

  /** The version of this build. */
  public static Version current() {
    return CURRENT;
  }

  @Override
  public String toString() {
    return commit.isEmpty() ? number : number + " (" + commit + ")";
  }

  private static Version read() {
    var properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Version(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", ""));
  }
}
