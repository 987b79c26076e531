/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;

/** Reads documents of one format. Keeps nothing between documents; safe on any thread. */
@FunctionalInterface
public interface GraphReader {

  /**
   * Reads a document to its end, and leaves the stream open.
   *
   * @throws FormatException where the document is not right, or exceeds the options
   * @throws IOException where the stream cannot be read
   */
  GraphDocument read(InputStream in, ReadOptions options) throws IOException;
}
