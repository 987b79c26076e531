/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.MeshBus;
import dev.starling.fabric.TextFingerprints;
import dev.starling.fabric.View;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Puts a fingerprint in place of the text of a client, within five seconds. Safe from any thread.
 */
final class ProfileTexts {
  private final TextFingerprints texts;

  ProfileTexts(MeshBus bus, Supplier<View> view) {
    this.texts = new TextFingerprints(bus, view, Roles.PATIENCE);
  }

  /** The same registration by fingerprint. */
  Future<Register> embedded(Register register) {
    String profile = register.profile();
    if (profile == null) {
      return Future.succeededFuture(register);
    }
    return fingerprint("register", profile)
        .map(found ->
            new Register(
                register.id(),
                register.agentId(),
                found,
                register.threshold(),
                null,
                register.meta(),
                register.acceptDerived(),
                register.tasks()));
  }

  /** What a query asks for. */
  Future<Fingerprint> fingerprint(Query query) {
    Fingerprint given = query.fingerprint();
    return given != null
        ? Future.succeededFuture(given)
        : fingerprint("query", String.valueOf(query.profile()));
  }

  /**
   * The fingerprint of a text.
   *
   * @param operation what the client wanted, for the refusal of one that is not answered
   */
  Future<Fingerprint> fingerprint(String operation, String text) {
    return texts
        .of(text)
        .recover(
            failure -> Future.failedFuture(Roles.named(operation, TextFingerprints.ROLE, failure)));
  }
}
