/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/** Thrown when a fingerprint is added to an index that already holds as many as it may. */
public final class IndexFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int maxRows;

  IndexFullException(int maxRows) {
    super("expected fewer than " + maxRows + " fingerprints in the index, it is full");
    this.maxRows = maxRows;
  }

  /** Most fingerprints the index may hold. */
  public int maxRows() {
    return maxRows;
  }
}
