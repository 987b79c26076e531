/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

/** A server broke the WebSocket protocol or refused the upgrade. */
final class WsProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WsProtocolException(String message) {
    super(message);
  }
}
