/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import org.jspecify.annotations.Nullable;

/** Bytes that should hold the settings and do not: cut off, edited badly or of a later version. */
public final class DamagedDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedDocumentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
