/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

/** That a node could not start; the message is one line that tells a person what to change. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With {@code message} for the person, and what lies behind it for the log. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * That a port could not be opened.
   *
   * @param key the setting that names the port, such as {@code http.port}
   */
  public static StartException cannotBind(String key, String host, int port, Throwable cause) {
    return new StartException(
        "cannot listen on %s:%d (%s): %s; another port is set with --set %s=PORT, 0 takes a free one"
            .formatted(host, port, key, Main.text(cause), key),
        cause);
  }
}
