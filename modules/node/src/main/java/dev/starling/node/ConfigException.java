/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

/** A setting that is wrong; the message is one line that says what, where and what is expected. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
