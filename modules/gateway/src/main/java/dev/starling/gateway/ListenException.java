/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/** A port could not be opened. */
public final class ListenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int port;

  ListenException(int port, Throwable reason) {
    super("cannot listen on port " + port, reason);
    this.port = port;
  }

  /** The port as it was configured. */
  public int port() {
    return port;
  }

  /** Why. */
  public Throwable reason() {
    Throwable cause = getCause();
    return cause != null ? cause : this;
  }
}
