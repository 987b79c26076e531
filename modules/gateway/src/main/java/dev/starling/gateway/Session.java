/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.AuthenticationException;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.Frame;
import dev.starling.gateway.socket.FrameException;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketListener;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowClientMessage.GraphInteraction;
import dev.starling.protocol.flow.FlowServerMessage.Authenticated;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessage.Flow;
import dev.starling.protocol.session.ClientMessage.Qis;
import dev.starling.protocol.session.ClientMessageReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket: reads messages in order, within its limits and what its subject may do, and hands
 * them to who answers them; writes replies, events and outcomes. Belongs to its socket's event
 * loop; {@link #deliver}, {@link #unregistered}, {@link #ping} and {@link #close} may be called
 * from the gateway's.
 */
final class Session implements SocketListener {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private @Nullable String id;
  private final Socket socket;
  private final SessionOptions options;
  private final Gateway gateway;
  private final EndpointLimits limits;
  private final GatewayMetrics metrics;
  private final LoopSessions neighbours;
  private final Loop loop;
  private final Outbox outbox;
  private final Deliveries deliveries;
  private final ReplyQueue replies;
  private final Intake intake;
  private final Identity identity;
  private final MessageQuota quota;
  private final Subscriptions subscriptions;
  private final MessageAssembler assembler;
  private final QisHandler agents;
  private final FlowHandler consoles;
  private volatile long heardAt;
  private volatile @Nullable Held held;
  private volatile boolean closed;
  private int malformed;
  private long malformedSince;

  /**
   * A session on a socket that has just opened.
   *
   * @param neighbours the sessions of the socket's event loop
   */
  Session(
      Socket socket,
      SessionOptions options,
      Gateway gateway,
      EndpointLimits limits,
      GatewayMetrics metrics,
      LoopSessions neighbours) {
    this.socket = socket;
    this.options = options;
    this.gateway = gateway;
    this.limits = limits;
    this.metrics = metrics;
    this.neighbours = neighbours;
    this.loop = neighbours.loop();
    this.heardAt = gateway.awake().nanos();
    this.malformedSince = System.nanoTime();
    this.outbox =
        new Outbox(
            socket,
            limits,
            metrics,
            loop,
            Outbox.FAREWELL,
            () -> gateway.closing(this),
            options.compression());
    this.assembler =
        new MessageAssembler(limits.maxMessage(), metrics, this::message, outbox::close);
    this.deliveries = new Deliveries(outbox, gateway.clock(), metrics, loop);
    this.replies = new ReplyQueue(reply -> reply(QisWriter.bytes(reply)));
    this.intake = new Intake(socket, replies, limits.maxPending());
    this.identity =
        new Identity(gateway.authenticator(), malformedSince + limits.unauthenticated().toNanos());
    this.quota = new MessageQuota(limits.messagesPerMinute(), malformedSince);
    this.subscriptions = new Subscriptions(limits.subscriptions());
    this.agents = new QisHandler(this, gateway, metrics, loop, replies, intake);
    this.consoles = new FlowHandler(this, gateway.roles(), gateway.settings(), loop, intake);
  }

  /** Begins to serve the socket. */
  void open() {
    socket.listen(this);
    neighbours.add(this);
    LOG.atDebug().addKeyValue("session", this::id).log("opened on {}", options);
    String token = options.token();
    if (token != null) {
      authenticate(null, token, null);
    } else if (identity.isKnown()) {
      welcome();
    }
  }

  @Override
  public void frame(Frame frame) {
    heardAt = gateway.awake().nanos();
    assembler.frame(frame);
  }

  @Override
  public void drained() {
    deliveries.drained();
  }

  /** A frame that cannot be read ends the socket, but its sender still hears why. */
  @Override
  public void failed(Throwable failure) {
    LOG.atDebug().addKeyValue("session", this::id).setCause(failure).log("failed");
    if (failure instanceof FrameException notAllowed) {
      outbox.close(notAllowed.code());
    }
  }

  @Override
  public void closed() {
    closed = true;
    neighbours.remove(this);
    gateway.closed(this);
    LOG.atDebug().addKeyValue("session", this::id).log("closed with {}", socket.closeCode());
  }

  /** What this session is called in the log, and by the roles that it asks. */
  String id() {
    String mine = id;
    if (mine == null) {
      mine = gateway.nextSessionId();
      id = mine;
    }
    return mine;
  }

  /** Whether this session is called {@code name}; one that was never asked has no name yet. */
  boolean isCalled(String name) {
    return name.equals(id);
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

  /** From any thread: a connection in strict thread mode writes on whichever one calls it. */
  void ping() {
    loop.run(socket::ping);
  }

  void close(CloseCode code) {
    loop.run(() -> outbox.close(code));
  }

  private void message(byte[] text) {
    if (outbox.isClosing()) {
      return;
    }
    metrics.message();
    ClientMessage message;
    try {
      message = ClientMessageReader.read(text, 0, text.length);
    } catch (RefusalException refusal) {
      unreadable(text, refusal);
      return;
    }
    if (admit(message)) {
      handle(message);
    }
  }

  private void handle(ClientMessage message) {
    try {
      requireKnown(message);
      switch (message) {
        case Qis(var said) -> agents.handle(said);
        case Flow(var said) -> consoles.handle(said);
      }
    } catch (RefusalException refusal) {
      reply(QisWriter.bytes(refused(message.id(), refusal)));
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("session", this::id).setCause(e).log("a message failed");
      reply(QisWriter.bytes(refused(message.id(), internal("the gateway failed on this message"))));
    }
  }

  /** Where a token is needed, nothing but one is taken before it came. */
  private void requireKnown(ClientMessage message) {
    if (!(message instanceof Flow(Auth _)) && !identity.isKnown()) {
      throw identity.unknown();
    }
  }

  /** Answers in the message's turn: it may have been an outcome. */
  private void unreadable(byte[] text, RefusalException refusal) {
    RawJson given = JsonMessages.idOf(text, 0, text.length);
    long now = System.nanoTime();
    if (admit(quota.take(now), given)) {
      refuseInTurn(given, refusal);
      countMalformed(now);
    }
  }

  private boolean admit(ClientMessage message) {
    long now = System.nanoTime();
    boolean isDrag =
        message instanceof Flow(GraphInteraction done) && done.action() == NodeAction.NODE_DRAG;
    return admit(isDrag ? quota.takeDrag(now) : quota.take(now), message.id());
  }

  private boolean admit(MessageQuota.Verdict verdict, @Nullable RawJson given) {
    switch (verdict) {
      case TAKEN -> {
        return true;
      }
      case REFUSED -> refuseInTurn(given, tooMany());
      case EXHAUSTED -> outbox.close(CloseCode.RATE_LIMIT);
    }
    metrics.dropped("rate-limit");
    return false;
  }

  /** What waits for its turn counts among what is unanswered. */
  private void refuseInTurn(@Nullable RawJson given, RefusalException refusal) {
    replies.reserve().fill(refused(given, refusal));
    intake.flow();
  }

  private RefusalException tooMany() {
    return new RefusalException(
        ErrorCode.RATE_LIMITED,
        "more than "
            + limits.messagesPerMinute()
            + " messages a minute: this one was dropped; wait, or the session is closed",
        Map.of("retryAfterMs", quota.retryAfterMillis()));
  }

  private void countMalformed(long now) {
    if (now - malformedSince > MINUTE_NANOS) {
      malformedSince = now;
      malformed = 0;
    }
    if (++malformed > limits.malformedPerMinute()) {
      outbox.close(CloseCode.MALFORMED);
    }
  }

  /** Writes a reply, out of order. */
  void reply(byte[] text) {
    outbox.reply(text);
  }

  /** Writes an event. */
  void event(PreparedText text) {
    outbox.reply(text);
  }

  /** A refusal to be written, counted; a failure that is none is a fault of the mesh. */
  Refused refused(@Nullable RawJson given, Throwable failure) {
    RefusalException refusal =
        failure instanceof RefusalException known
            ? known
            : internal("the mesh failed on this message");
    if (refusal != failure) {
      LOG.atError().addKeyValue("session", this::id).setCause(failure).log("a message failed");
    }
    metrics.refused(refusal.code());
    return new Refused(given, refusal);
  }

  private static RefusalException internal(String text) {
    return new RefusalException(ErrorCode.INTERNAL, text);
  }

  /** What this session may do; refuses all where a token is needed and has not come. */
  Principal principal() {
    return identity.principal();
  }

  /** Refuses all where a token is needed and has not come. */
  void requireKnown() {
    identity.principal();
  }

  /** Who the session's agents belong to; empty without a token. */
  String subject() {
    return identity.subject();
  }

  void authenticate(Auth auth) {
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
                authenticated(message, done.result());
                keepOrLeave(before, done.result());
              } else {
                notAuthenticated(message, done.cause());
              }
              intake.release();
            }));
  }

  /** A reference agent whose token is in the query expects nothing before its registration. */
  private void authenticated(@Nullable Auth message, Principal principal) {
    if (message != null || !options.endpoint().isForAgents()) {
      Authenticated reply =
          new Authenticated(
              message == null ? null : message.id(),
              principal.owner(),
              principal.permissions().stream().map(Permission::word).toList(),
              principal.expiresAtMillis());
      reply(FlowWriter.bytes(reply));
    }
    welcome();
  }

  /** An agent belongs to the subject that registered it, who must still be allowed to. */
  private void keepOrLeave(String before, Principal principal) {
    boolean isSame = before.equals(principal.owner());
    if (held != null && !(isSame && principal.may(Permission.EMIT))) {
      gateway.unregister(this);
    }
  }

  private void notAuthenticated(@Nullable Auth message, Throwable failure) {
    if (failure instanceof AuthenticationException) {
      outbox.close(CloseCode.AUTHENTICATION);
    } else {
      reply(QisWriter.bytes(refused(message == null ? null : message.id(), failure)));
    }
  }

  /** Subscribes to what the endpoint shows, once the session is known; or to nothing any more. */
  private void welcome() {
    if (!identity.may(Permission.OBSERVE)) {
      subscriptions.clear();
    } else if (subscriptions.begin(options.endpoint())) {
      subscriptions.held().forEach(event -> neighbours.latest(event).ifPresent(this::event));
    }
  }

  /** Ends the session where its time is over, by the wall clock and by {@link System#nanoTime}. */
  void expire(long nowMillis, long nowNanos) {
    if (identity.isOver(nowMillis, nowNanos)) {
      outbox.close(CloseCode.AUTHENTICATION);
    }
  }

  boolean isSubscribedTo(Event event) {
    return subscriptions.has(event);
  }

  /** What this session is subscribed to. */
  Subscriptions subscriptions() {
    return subscriptions;
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
    loop.run(() -> reply(QisWriter.bytes(new Refused(null, why))));
  }

  /** Pushes an outcome; from the gateway's loop. */
  void deliver(RawJson packet, double similarity, long acceptedMicros) {
    deliveries.deliver(packet, similarity, acceptedMicros);
  }
}
