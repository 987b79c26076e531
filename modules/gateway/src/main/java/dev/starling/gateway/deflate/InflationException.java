/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

/** Why a compressed message cannot be had; no stack trace, since the sender is to blame. */
public final class InflationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooBig;

  private InflationException(String message, boolean tooBig) {
    super(message, null, false, false);
    this.tooBig = tooBig;
  }

  static InflationException broken(String why) {
    return new InflationException("not deflate data: " + why, false);
  }

  static InflationException tooBig(int limit) {
    return new InflationException("inflates to more than " + limit + " bytes", true);
  }

  /** Whether the message is larger than is taken, rather than broken. */
  public boolean isTooBig() {
    return tooBig;
  }
}
