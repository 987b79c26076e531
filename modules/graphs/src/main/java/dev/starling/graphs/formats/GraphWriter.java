/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.OutputStream;

/** Writes documents of one format. Keeps nothing between documents; safe on any thread. */
@FunctionalInterface
public interface GraphWriter {

  /**
   * Writes a document in UTF-8, and leaves the stream flushed and open.
   *
   * @throws IOException where the stream cannot be written
   */
  void write(GraphDocument document, OutputStream out) throws IOException;
}
