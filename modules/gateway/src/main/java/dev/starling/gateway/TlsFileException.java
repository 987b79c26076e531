/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of the servers' TLS cannot be used; the message names its setting, the file and why. */
public final class TlsFileException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsFileException(String setting, Path file, String why, @Nullable Throwable cause) {
    super(setting + " is " + file + ": " + why, cause);
  }
}
