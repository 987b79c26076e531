/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What test classes of one JVM share: made for the first that asks, closed when the JVM ends. Not
 * JUnit's root store, which ends with each class where Surefire has several JVMs and deals the
 * classes out one by one.
 */
final class JvmWide {
  private static final Map<Object, AutoCloseable> MADE = new LinkedHashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(JvmWide::close, "end of what tests shared"));
  }

  private JvmWide() {}

  /** The one thing of this key. */
  static synchronized <T extends AutoCloseable> T get(
      Object key, Class<T> type, Supplier<? extends T> maker) {
    AutoCloseable made = MADE.get(key);
    if (made == null) {
      made = maker.get();
      MADE.put(key, made);
    }
    return type.cast(made);
  }

  /** One that does not end must not keep the others, some of which are processes, alive. */
  private static synchronized void close() {
    IllegalStateException failed = new IllegalStateException("what tests shared did not end");
    for (AutoCloseable one : MADE.values()) {
      try {
        one.close();
      } catch (Exception e) {
        failed.addSuppressed(e);
      }
    }
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}
