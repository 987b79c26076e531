/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import java.util.Map;

/**
 * Entries that the whole mesh shares, each of which is a {@link SharedDocument}: they outlive the
 * loss of any two nodes. Safe from any thread; blocks none.
 */
public interface SharedTable {

  /** The entry of a key, whether there is one yet or not. */
  SharedDocument entry(String key);

  /** All entries; as large as they are, so for a start and not for a question. */
  Future<Map<String, byte[]>> all();

  /**
   * Takes an entry away, if it is still {@code expected}.
   *
   * @return whether it was
   */
  Future<Boolean> remove(String key, byte[] expected);
}
