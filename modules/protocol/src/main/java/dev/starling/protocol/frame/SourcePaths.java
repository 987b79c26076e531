/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import org.jspecify.annotations.Nullable;

/**
 * The shortest paths that a frame tells, as far as they are known.
 *
 * @param source slot of the node that they begin at; −1 for none
 * @param columns null while they are not known: then nothing is reached but the source
 */
public record SourcePaths(int source, @Nullable PathColumns columns) {
  /** From nowhere to nowhere. */
  public static final SourcePaths NONE = new SourcePaths(PathColumns.NONE, null);

  /** Refuses columns of another source. */
  public SourcePaths {
    if (columns != null && columns.source() != source) {
      throw new IllegalArgumentException(
          "source " + source + " with paths from " + columns.source());
    }
  }
}
