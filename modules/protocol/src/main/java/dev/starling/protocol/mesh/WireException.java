/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/** A bus message that is not what this build expects: damaged, or of another version. */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WireException(String message) {
    super(message);
  }
}
