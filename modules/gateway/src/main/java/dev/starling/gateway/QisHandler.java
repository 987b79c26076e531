/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.qis.OutcomePacket;
import dev.starling.protocol.qis.QisClientMessage;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisServerMessage;
import dev.starling.protocol.qis.QisServerMessage.OutcomeAck;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import dev.starling.protocol.qis.QisServerMessage.QueryResult;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What agents say: registrations and outcomes, which are answered in the order in which they came,
 * queries and pings. One session's loop only.
 */
final class QisHandler {
  private final Session session;
  private final Gateway gateway;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final ReplyQueue replies;
  private final Intake intake;

  QisHandler(
      Session session,
      Gateway gateway,
      GatewayMetrics metrics,
      Loop loop,
      ReplyQueue replies,
      Intake intake) {
    this.session = session;
    this.gateway = gateway;
    this.metrics = metrics;
    this.loop = loop;
    this.replies = replies;
    this.intake = intake;
  }

  void handle(QisClientMessage message) {
    switch (message) {
      case Outcome outcome -> outcome(outcome);
      case Register register -> register(register);
      case Query query -> query(query);
      case Ping ping -> pong(ping);
    }
  }

  private void pong(Ping ping) {
    session.principal();
    Pong pong = new Pong(ping.id(), ping.timestamp(), System.currentTimeMillis());
    session.reply(QisWriter.bytes(pong));
  }

  /**
   * Outcomes before it are routed first: a router may hold them back and then see the new agent.
   */
  private void register(Register register) {
    ReplyQueue.Slot slot = replies.reserve();
    if (!mayEmit(register.id(), slot)) {
      return;
    }
    intake.hold();
    slot.onTurn(() -> register(register, slot));
  }

  private void register(Register register, ReplyQueue.Slot slot) {
    gateway
        .register(session, register, session.subject())
        .onComplete(done ->
            loop.run(() -> {
              slot.fill(
                  done.succeeded()
                      ? done.result()
                      : refused(register.id(), "register", done.cause()));
              intake.release();
            }));
  }

  private void outcome(Outcome outcome) {
    long acceptedMicros = gateway.clock().now();
    Held mine = session.held();
    ReplyQueue.Slot slot = replies.reserve();
    if (!mayEmit(outcome.id(), slot)) {
      return;
    }
    if (mine == null) {
      refuse(slot, session.refused(outcome.id(), notRegistered()));
      return;
    }
    intake.flow();
    gateway
        .deposit(mine, outcome.packet(), acceptedMicros)
        .onComplete(done ->
            loop.run(() -> {
              slot.fill(
                  done.succeeded()
                      ? ack(outcome, done.result())
                      : refused(outcome.id(), "outcome", done.cause()));
              metrics.acked(gateway.clock().now() - acceptedMicros);
              intake.flow();
            }));
  }

  /** Answers in the message's turn where it may not. */
  private boolean mayEmit(@Nullable RawJson id, ReplyQueue.Slot slot) {
    try {
      session.principal().require(Permission.EMIT);
      return true;
    } catch (RefusalException refusal) {
      refuse(slot, session.refused(id, refusal));
      return false;
    }
  }

  private Refused refused(@Nullable RawJson id, String operation, Throwable failure) {
    return session.refused(id, Roles.timed(operation, "router", failure));
  }

  /** What waits for its turn counts among what is unanswered. */
  private void refuse(ReplyQueue.Slot slot, Refused refusal) {
    slot.fill(refusal);
    intake.flow();
  }

  private static RefusalException notRegistered() {
    return new RefusalException(ErrorCode.NOT_REGISTERED, "register before depositing outcomes");
  }

  private static OutcomeAck ack(Outcome outcome, Routed routed) {
    return new OutcomeAck(
        outcome.id(),
        routed.status().name().toLowerCase(Locale.ROOT),
        routed.outcomeId(),
        routed.routedTo(),
        routed.partial());
  }

  private void query(Query query) {
    session.principal().require(Permission.OBSERVE);
    intake.begin();
    gateway
        .query(query)
        .onComplete(done ->
            loop.run(() -> {
              QisServerMessage reply =
                  done.succeeded()
                      ? new QueryResult(query.id(), done.result())
                      : refused(query.id(), "query", done.cause());
              session.reply(QisWriter.bytes(reply));
              intake.end();
            }));
  }

  /** The outcome's id, made here where the client gave none. */
  static String idOf(OutcomePacket packet) {
    String given = packet.outcomeId();
    return given != null ? given : UUID.randomUUID().toString();
  }
}
