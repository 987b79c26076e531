/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import dev.starling.protocol.CloseCode;

/** A frame that RFC 6455 does not allow; no stack trace, since the peer is to blame. */
public final class FrameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final CloseCode code;

  FrameException(CloseCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** What the peer is to hear. */
  public CloseCode code() {
    return code;
  }
}
