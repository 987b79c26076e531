/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** That a node could not start; the message is one line that tells a person what to change. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With {@code message} for the person, and what lies behind it for the log. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * That a port could not be opened: because of the host where that is what is wrong.
   *
   * @param key the setting that names the port, such as {@code http.port}
   */
  public static StartException cannotBind(String key, String host, int port, Throwable cause) {
    String wrongHost = isUnresolved(cause) ? "this name cannot be resolved" : null;
    if (Main.text(cause).matches("(?s).*Can(no|')t assign requested address.*")) {
      wrongHost = "this is no address of this machine";
    }
    if (wrongHost != null) {
      String hostKey = key.startsWith("cluster.") ? "cluster.host" : "http.host";
      return new StartException(
          "cannot listen on %s (%s): %s; another address is set with %s ADDRESS"
              .formatted(host, hostKey, wrongHost, ConfigOptions.of(hostKey)),
          cause);
    }
    String reason = isTaken(cause) ? "Address already in use" : Main.text(cause);
    String free = key.equals("cluster.port") ? "" : ", 0 takes a free one";
    return new StartException(
        "cannot listen on %s:%d (%s): %s; another port is set with %s PORT%s"
            .formatted(host, port, key, reason, ConfigOptions.of(key), free),
        cause);
  }

  /** Whether {@code failure} or what caused it is a host name that could not be looked up. */
  static boolean isUnresolved(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof UnknownHostException || one instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether {@code cause} says, in the words of the JDK, Netty or Hazelcast, that a port is taken.
   */
  static boolean isTaken(Throwable cause) {
    return Main.text(cause).contains("already in use");
  }
}
