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
    String reason = isTaken(cause) ? "Address already in use" : Main.text(cause);
    String free = key.equals("cluster.port") ? "" : ", 0 takes a free one";
    return new StartException(
        "cannot listen on %s:%d (%s): %s; another port is set with --set %s=PORT%s"
            .formatted(host, port, key, reason, key, free),
        cause);
  }

  /**
   * Whether {@code cause} says, in the words of the JDK, Netty or Hazelcast, that a port is taken.
   */
  static boolean isTaken(Throwable cause) {
    return Main.text(cause).contains("already in use");
  }
}
