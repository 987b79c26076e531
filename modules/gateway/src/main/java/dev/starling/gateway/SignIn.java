/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.AuthenticationException;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowServerMessage.Authenticated;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.qis.QisWriter;
import org.jspecify.annotations.Nullable;

/**
 * Takes the tokens that a session shows, in its address or by a message, and says what came of
 * them. One session's loop only.
 */
final class SignIn {
  private final Session session;
  private final Identity identity;
  private final Intake intake;
  private final Loop loop;
  private final boolean isAgent;

  /**
   * The sign-in of {@code session}.
   *
   * @param isAgent whether it speaks as the reference's agents do, which expect nothing before
   *     their registration
   */
  SignIn(Session session, Identity identity, Intake intake, Loop loop, boolean isAgent) {
    this.session = session;
    this.identity = identity;
    this.intake = intake;
    this.loop = loop;
    this.isAgent = isAgent;
  }

  /** Takes the token in the session's address. */
  void byAddress(String token) {
    authenticate(null, token, null);
  }

  /** Takes the token of a message. */
  void byMessage(Auth auth) {
    authenticate(auth, auth.token(), auth.pubkey());
  }

  /** What comes behind waits, so that it is done with what the token allows. */
  private void authenticate(@Nullable Auth message, String token, @Nullable String pubkey) {
    intake.hold();
    String before = identity.subject();
    identity
        .authenticate(token, pubkey)
        .onComplete(done ->
            loop.run(() -> {
              if (done.succeeded()) {
                succeeded(message, before, done.result());
              } else {
                failed(message, done.cause());
              }
              intake.release();
            }));
  }

  private void succeeded(@Nullable Auth message, String before, Principal principal) {
    if (message != null || !isAgent) {
      Authenticated reply =
          new Authenticated(
              message == null ? null : message.id(),
              principal.owner(),
              principal.permissions().stream().map(Permission::word).toList(),
              principal.expiresAtMillis());
      session.reply(FlowWriter.bytes(reply));
    }
    session.identified(before.equals(principal.owner()));
  }

  private void failed(@Nullable Auth message, Throwable failure) {
    if (failure instanceof AuthenticationException refused) {
      String fault = refused.fault().word();
      session.unauthenticated(fault, fault);
    } else {
      session.reply(
          QisWriter.bytes(session.refused(message == null ? null : message.id(), failure)));
    }
  }
}
