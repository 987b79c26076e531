/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.qis.OutcomeEnvelope;
import dev.starling.protocol.qis.OutcomePacket;
import dev.starling.protocol.qis.QisClientMessage;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisReader;
import dev.starling.protocol.qis.QisServerMessage;
import dev.starling.protocol.qis.QisServerMessage.OutcomeAck;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import dev.starling.protocol.qis.QisServerMessage.QueryResult;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent socket: reads messages in order, answers them in order, pushes outcomes. Belongs to its
 * socket's event loop; {@link #deliver} and {@link #unregistered} may be called from the gateway's.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final ServerWebSocket socket;
  private final Gateway gateway;
  private final GatewayConfig config;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final Outbox outbox;
  private final HandOver handOver;
  private final ReplyQueue replies;
  private volatile long heardAt;
  private volatile @Nullable Held held;
  private boolean registering;
  private int queries;
  private boolean paused;
  private volatile boolean closed;
  private int malformed;
  private long malformedSince = System.nanoTime();

  Session(
      ServerWebSocket socket,
      Gateway gateway,
      GatewayConfig config,
      GatewayMetrics metrics,
      Loop loop,
      Compression compression) {
    this.socket = socket;
    this.gateway = gateway;
    this.config = config;
    this.metrics = metrics;
    this.loop = loop;
    this.heardAt = gateway.awake().nanos();
    this.outbox =
        new Outbox(
            socket,
            config,
            metrics,
            loop,
            Outbox.FAREWELL,
            () -> gateway.closing(this),
            compression);
    this.handOver = new HandOver(outbox, metrics, loop, this::tellLost);
    this.replies = new ReplyQueue(reply -> outbox.reply(QisWriter.bytes(reply)));
  }

  /** Begins to serve the socket. */
  void open() {
    MessageAssembler assembler =
        new MessageAssembler(config.maxMessage(), metrics, this::message, outbox::close);
    socket.frameHandler(frame -> {
      heardAt = gateway.awake().nanos();
      assembler.frame(frame);
    });
    socket.drainHandler(ignored -> drained());
    socket.exceptionHandler(this::failed);
    socket.closeHandler(ignored -> closed());
  }

  /** A frame that cannot be read ends the socket, but its sender still hears why. */
  private void failed(Throwable failure) {
    LOG.debug("socket {}", socket.remoteAddress(), failure);
    if (failure instanceof CorruptedWebSocketFrameException corrupted) {
      boolean isTooBig = corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
      outbox.close(isTooBig ? CloseCode.MESSAGE_TOO_BIG : CloseCode.PROTOCOL_ERROR);
    }
  }

  private void closed() {
    closed = true;
    gateway.closed(this);
  }

  /**
   * Whether this session ended or has begun to; from any thread. Set before the gateway is asked to
   * take its registration back: whoever registers it asks here first, so that one of them sees the
   * other.
   */
  boolean isEnding() {
    return closed || outbox.isClosing();
  }

  /** When anything at all last came from the peer, by the gateway's time awake. */
  long heardAt() {
    return heardAt;
  }

  /** What this session is registered as; null for nothing. */
  @Nullable Held held() {
    return held;
  }

  void ping() {
    socket.writePing(Buffer.buffer());
  }

  void close(CloseCode code) {
    loop.run(() -> outbox.close(code));
  }

  private void message(byte[] text) {
    if (outbox.isClosing()) {
      return;
    }
    metrics.message();
    try {
      QisClientMessage message = QisReader.read(text, 0, text.length);
      switch (message) {
        case Outcome outcome -> outcome(outcome);
        case Register register -> register(register);
        case Query query -> query(query);
        case Ping ping -> pong(ping);
      }
    } catch (RefusalException refusal) {
      refuse(QisReader.idOf(text, 0, text.length), refusal);
      malformed();
    } catch (RuntimeException e) {
      LOG.error("a message failed", e);
      RawJson id = QisReader.idOf(text, 0, text.length);
      refuse(id, new RefusalException(ErrorCode.INTERNAL, "the gateway failed on this message"));
    }
  }

  private void refuse(@Nullable RawJson id, RefusalException refusal) {
    metrics.refused(refusal.code());
    replies.reserve().fill(new Refused(id, refusal));
  }

  private void malformed() {
    long now = System.nanoTime();
    if (now - malformedSince > MINUTE_NANOS) {
      malformedSince = now;
      malformed = 0;
    }
    if (++malformed > config.malformedPerMinute()) {
      outbox.close(CloseCode.MALFORMED);
    }
  }

  private void pong(Ping ping) {
    Pong pong = new Pong(ping.id(), ping.timestamp(), System.currentTimeMillis());
    outbox.reply(QisWriter.bytes(pong));
  }

  /**
   * Outcomes before it are routed first: a router may hold them back and then see the new agent.
   */
  private void register(Register register) {
    registering = true;
    ReplyQueue.Slot slot = replies.reserve();
    flow();
    slot.onTurn(() -> register(register, slot));
  }

  private void register(Register register, ReplyQueue.Slot slot) {
    gateway
        .register(this, register)
        .onComplete(done ->
            loop.run(() -> {
              registering = false;
              slot.fill(done.succeeded() ? done.result() : refused(register.id(), done.cause()));
              flow();
            }));
  }

  private void outcome(Outcome outcome) {
    long acceptedMicros = gateway.clock().now();
    Held mine = held;
    ReplyQueue.Slot slot = replies.reserve();
    if (mine == null) {
      slot.fill(refused(outcome.id(), notRegistered()));
      return;
    }
    flow();
    gateway
        .deposit(mine, outcome.packet(), acceptedMicros)
        .onComplete(done ->
            loop.run(() -> {
              slot.fill(
                  done.succeeded()
                      ? ack(outcome, done.result())
                      : refused(outcome.id(), done.cause()));
              metrics.acked(gateway.clock().now() - acceptedMicros);
              flow();
            }));
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
    queries++;
    flow();
    gateway
        .query(query)
        .onComplete(done ->
            loop.run(() -> {
              QisServerMessage reply =
                  done.succeeded()
                      ? new QueryResult(query.id(), done.result())
                      : refused(query.id(), done.cause());
              outbox.reply(QisWriter.bytes(reply));
              queries--;
              flow();
            }));
  }

  private QisServerMessage refused(@Nullable RawJson id, Throwable failure) {
    RefusalException refusal =
        failure instanceof RefusalException known
            ? known
            : new RefusalException(ErrorCode.INTERNAL, "the mesh failed on this message");
    if (refusal != failure) {
      LOG.error("a message failed", failure);
    }
    metrics.refused(refusal.code());
    return new Refused(id, refusal);
  }

  /** Reads on, or not: what comes behind a registration waits for it, and acks are bounded. */
  private void flow() {
    boolean wait = registering || replies.size() + queries >= config.maxPendingOutcomes();
    if (wait && !paused) {
      paused = true;
      socket.pause();
    } else if (!wait && paused && !closed) {
      paused = false;
      socket.resume();
    }
  }

  /** Takes note of what this session is registered as now. */
  void registeredAs(@Nullable Held now) {
    held = now;
  }

  /** Tells the client why it is registered no more. */
  void unregistered(Held lost, RefusalException why) {
    Held mine = held;
    if (mine == null || mine.key() != lost.key()) {
      return;
    }
    held = null;
    loop.run(() -> outbox.reply(QisWriter.bytes(new Refused(null, why))));
  }

  /** Pushes an outcome; from the gateway's loop. */
  void deliver(RawJson packet, double similarity, long acceptedMicros) {
    if (loop.isHere()) {
      push(packet, similarity, acceptedMicros);
    } else if (handOver.admits(packet)) {
      loop.run(() -> take(packet, similarity, acceptedMicros));
    }
  }

  private void take(RawJson packet, double similarity, long acceptedMicros) {
    handOver.took(packet);
    push(packet, similarity, acceptedMicros);
  }

  private void push(RawJson packet, double similarity, long acceptedMicros) {
    boolean written =
        outbox.outcome(
            OutcomeEnvelope.message(packet.bytes(), similarity), System.currentTimeMillis());
    if (written) {
      metrics.pushed(gateway.clock().now() - acceptedMicros);
    }
  }

  /** Where the queue is full, the client is told once it has drained. */
  private void tellLost() {
    if (!outbox.isFull()) {
      drained();
    }
  }

  private void drained() {
    long since = outbox.takeLostSince();
    if (since > 0) {
      RefusalException lost =
          new RefusalException(
              ErrorCode.OUTCOMES_LOST,
              "outcomes since then were left out because this session read too slowly",
              Map.of("since", since));
      outbox.reply(QisWriter.bytes(new Refused(null, lost)));
    }
  }

  /** The outcome's id, made here where the client gave none. */
  static String idOf(OutcomePacket packet) {
    String given = packet.outcomeId();
    return given != null ? given : UUID.randomUUID().toString();
  }
}
