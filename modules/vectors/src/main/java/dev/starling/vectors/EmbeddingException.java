/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import org.jspecify.annotations.Nullable;

/** That texts cannot be embedded now, in words for whoever runs the embedder. */
public final class EmbeddingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Where the fault is. */
  public enum Fault {
    /** One of the texts cannot be embedded; others may. */
    TEXT,
    /** Nothing can be embedded at present. */
    EMBEDDER
  }

  private final Fault fault;

  public EmbeddingException(Fault fault, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /** Where the fault is. */
  public Fault fault() {
    return fault;
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
