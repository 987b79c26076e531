/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

/**
 * A token that was refused. Says nothing of what stood in the token, and has no stack trace,
 * because it is an answer and not a fault.
 */
public final class AuthenticationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final TokenFault fault;

  AuthenticationException(TokenFault fault) {
    this(fault, fault.text());
  }

  /** A refusal that tells which claim is wrong and how; never what came. */
  AuthenticationException(TokenFault fault, String text) {
    super(text, null, false, false);
    this.fault = fault;
  }

  /** Why the token is refused. */
  public TokenFault fault() {
    return fault;
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
