/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A pair of byte streams to a server. Its streams are each for one thread; the rest is safe on any.
 */
interface LinePipe {
  /** What the server writes. */
  InputStream input();

  /** What it reads. */
  OutputStream output();

  /** Complete, with the reason in words, as soon as the server is known to be gone. */
  CompletableFuture<String> ended();

  /** A stream broke or came to its end: so the server is gone, or soon will be. */
  void broken(IOException cause);

  /** The server's process, where it is a child of this one. */
  OptionalLong pid();

  /**
   * Ends it; again does nothing.
   *
   * @return complete once nothing is left of it
   */
  CompletableFuture<Void> close();
}
