/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.auth.TokenFault;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.Frame;
import dev.starling.gateway.socket.FrameException;
import dev.starling.gateway.socket.FrameType;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketListener;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessage.Flow;
import dev.starling.protocol.session.ClientMessage.Qis;
import dev.starling.protocol.session.ClientMessageReader;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One socket: reads messages in order, within its limits and what its subject may do, and hands
 * them to who answers them; writes replies, events and outcomes. Belongs to its socket's event
 * loop; {@link #deliver}, {@link #unregistered}, {@link #ping} and {@link #close} may be called
 * from the gateway's.
 */
final class Session implements SocketListener, MessageAssembler.Owner, ClientAgent {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Bytes of a message of a session of which it is not known yet whose it is. */
  private static final int MOST_UNKNOWN = 16 * 1024;

  /** How long one message may take to come; the largest does at 140 kbit/s. */
  private static final Duration MESSAGE_TIME = Duration.ofMinutes(10);

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
  private final SignIn signIn;
  private final MessageQuota quota;
  private final Subscriptions subscriptions;
  private final MessageAssembler assembler;
  private final QisHandler agents;
  private final FlowHandler consoles;
  private final SessionFrames frames;
  private @Nullable AgentActivity activity;
  private @Nullable AgentTour tour;
  private volatile long heardAt;
  private volatile @Nullable Held held;
  private volatile boolean ended;

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
    this.outbox =
        new Outbox(
            socket, limits, metrics, loop, Outbox.FAREWELL, this::closing, options.compression());
    this.assembler = new MessageAssembler(this, metrics);
    this.deliveries = new Deliveries(outbox, gateway.clock(), metrics, loop);
    this.replies = new ReplyQueue(reply -> reply(QisWriter.bytes(reply)));
    this.intake = new Intake(socket, replies, limits.maxPending());
    long now = System.nanoTime();
    this.identity = new Identity(gateway.authenticator(), limits.unauthenticated(), now);
    this.signIn = new SignIn(this, identity, intake, loop, options.endpoint().isForAgents());
    this.quota = new MessageQuota(limits.messagesPerMinute(), limits.malformedPerMinute(), now);
    this.subscriptions = new Subscriptions(limits.subscriptions());
    this.agents = new QisHandler(this, gateway, metrics, loop, replies, intake);
    this.consoles = new FlowHandler(this, gateway, loop, intake);
    this.frames = new SessionFrames(this, outbox, options, () -> gateway.frames(loop));
  }

  /** Begins to serve the socket. */
  void open() {
    socket.listen(this);
    neighbours.add(this);
    LOG.atDebug().addKeyValue("session", this::id).log("opened on {}", options);
    String token = options.token();
    if (token != null) {
      signIn.byAddress(token);
    } else if (identity.isKnown()) {
      welcome();
    }
  }

  @Override
  public void received() {
    heardAt = gateway.awake().nanos();
  }

  /** What waits for a token to be verified is judged by what came of it. */
  @Override
  public int mostPayload() {
    int most = limits.maxMessage();
    return identity.isKnown() || intake.isHeld() ? most : Math.min(most, MOST_UNKNOWN);
  }

  @Override
  public long weight(Frame frame) {
    return assembler.weight(frame);
  }

  @Override
  public int frame(Frame frame) {
    try {
      return heard(frame);
    } catch (RuntimeException e) {
      fault("a frame failed", e);
      return frame.payload().length;
    }
  }

  private int heard(Frame frame) {
    if (frame.type() == FrameType.CLOSE) {
      leaving();
    }
    return outbox.isClosing() ? 0 : assembler.frame(frame);
  }

  /** A fault of ours ends this session, whose peer hears so, and nobody else's. */
  void fault(String what, Throwable cause) {
    LOG.atError().addKeyValue("session", this::id).setCause(cause).log(what);
    outbox.close(CloseCode.INTERNAL);
  }

  /** The same where more is to be done first, for others, and what failed is counted as dropped. */
  void faultLater(String what, Throwable cause) {
    metrics.dropped("fault");
    loop.context().runOnContext(later -> fault(what, cause));
  }

  @Override
  public long unfinished() {
    return assembler.unfinished();
  }

  @Override
  public void evicted() {
    metrics.dropped("unfinished");
    outbox.close(
        CloseCode.GOING_AWAY, CloseCode.GOING_AWAY.reason("unfinished messages take too much"));
  }

  @Override
  public void unread() {
    metrics.dropped("unread");
  }

  /** Who said goodbye gets no more outcomes, however long it takes to hear ours. */
  private void leaving() {
    ended = true;
    frames.end();
    assembler.drop();
    gateway.closing(this);
  }

  @Override
  public void drained() {
    deliveries.drained();
    AgentTour begun = tour;
    if (begun != null) {
      begun.drained();
    }
  }

  /** A frame that cannot be read ends the socket, but its sender still hears why. */
  @Override
  public void failed(Throwable failure) {
    boolean isOurs = failure instanceof Error;
    LOG.atLevel(isOurs ? Level.ERROR : Level.DEBUG)
        .addKeyValue("session", this::id)
        .setCause(failure)
        .log("failed");
    if (failure instanceof FrameException notAllowed) {
      outbox.close(notAllowed.code());
    }
  }

  private void closing(CloseCode code) {
    LOG.atDebug().addKeyValue("session", this::id).addKeyValue("code", code.code()).log("closing");
    frames.end();
    assembler.drop();
    gateway.closing(this);
  }

  @Override
  public void closed() {
    ended = true;
    frames.end();
    consoles.ended();
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

  /** Whether an event that comes of {@code origin} tells this session of what it asked for. */
  boolean withholds(PreparedText event, String origin) {
    return consoles.withholds(event, origin);
  }

  /**
   * Whether this session ended or has begun to; from any thread. Set before the gateway is asked to
   * take its registration back: whoever registers it asks here first, so that one of them sees the
   * other.
   */
  @Override
  public boolean isEnding() {
    return ended || outbox.isClosing();
  }

  @Override
  public long heardAt() {
    return heardAt;
  }

  @Override
  public AgentActivity activity() {
    AgentActivity mine = activity;
    if (mine == null) {
      mine = new AgentActivity();
      activity = mine;
    }
    return mine;
  }

  /** What this session is registered as; null for nothing. */
  @Override
  public @Nullable Held held() {
    return held;
  }

  /** From any thread: a connection in strict thread mode writes on whichever one calls it. */
  void ping() {
    loop.run(socket::ping);
  }

  @Override
  public void close(CloseCode code) {
    loop.run(() -> outbox.close(code));
  }

  @Override
  public void message(byte[] text, int added) {
    metrics.message();
    ClientMessage message;
    try {
      message = ClientMessageReader.read(text, 0, text.length);
    } catch (RefusalException refusal) {
      unreadable(text, added, refusal);
      return;
    }
    if (admit(quota.take(message, text.length, added, System.nanoTime()), message.id())) {
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
  private void unreadable(byte[] text, int added, RefusalException refusal) {
    RawJson given = JsonMessages.idOf(text, 0, text.length);
    long now = System.nanoTime();
    if (admit(quota.take(added, now), given)) {
      refuseInTurn(given, refusal);
      if (!quota.takeMalformed(now)) {
        outbox.close(CloseCode.MALFORMED);
      }
    }
  }

  private boolean admit(MessageQuota.Verdict verdict, @Nullable RawJson given) {
    switch (verdict) {
      case TAKEN -> {
        return true;
      }
      case REFUSED -> refuseInTurn(given, quota.refusal(System.nanoTime()));
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

  /** Writes a reply, out of order. */
  void reply(byte[] text) {
    outbox.reply(text);
  }

  /** Writes what answers no message; from any thread. */
  @Override
  public void push(FlowServerMessage message) {
    byte[] text = FlowWriter.bytes(message);
    loop.run(() -> reply(text));
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
    metrics.refused(refusal);
    return new Refused(given, refusal);
  }

  private static RefusalException internal(String text) {
    return new RefusalException(ErrorCode.INTERNAL, text);
  }

  /** What this session may do; refuses all where a token is needed and has not come. */
  Principal principal() {
    return identity.principal();
  }

  /** Who the session's agents belong to; empty without a token. */
  String subject() {
    return identity.subject();
  }

  /** Who takes the tokens that it shows. */
  SignIn signIn() {
    return signIn;
  }

  /**
   * A token said who the session belongs to and what it may do. An agent belongs to the subject
   * that registered it, who must still be allowed to.
   */
  void identified(boolean isSameSubject) {
    welcome();
    Held mine = held;
    if (mine != null && !(isSameSubject && identity.may(Permission.EMIT))) {
      held = null;
      gateway.unregister(mine);
      tell(notRegistered(mine.agentId(), isSameSubject ? "permission" : "subject"));
    }
  }

  private static RefusalException notRegistered(String agentId, String reason) {
    return new RefusalException(
        ErrorCode.NOT_REGISTERED,
        "agent " + agentId + " is registered no more, because of the token that came",
        Map.of("agent_id", agentId, "reason", reason));
  }

  /** Subscribes to what the endpoint shows, once the session is known; or to nothing any more. */
  private void welcome() {
    if (!identity.may(Permission.OBSERVE)) {
      subscriptions.clear();
    } else if (subscriptions.begin(options.endpoint())) {
      subscriptions.held().forEach(event -> neighbours.latest(event).ifPresent(this::event));
      tellOfAgents();
    }
    subscriptionsChanged();
  }

  /** Where agents are shown, their watcher is told first how all of them are. */
  private void tellOfAgents() {
    if (isSubscribedTo(Event.AGENT_STATUS)) {
      AgentTour begun = gateway.tour(this, loop);
      tour = begun;
      begun.next();
    }
  }

  /** Whether the socket has taken what was written. */
  boolean isDrained() {
    return !outbox.isFull();
  }

  /**
   * Ends the session where its time is over, by the wall clock and by {@link System#nanoTime}, or
   * its peer is gone.
   */
  void expire(long nowMillis, long nowNanos, Duration silence) {
    if (isEnding()) {
      return;
    }
    if (identity.isOverdue(nowNanos)) {
      unauthenticated("no-token", "no token within " + identity.patience());
    } else if (identity.isExpired(nowMillis)) {
      String expired = TokenFault.EXPIRED.word();
      unauthenticated(expired, expired);
    } else if (gateway.awake().nanos() - heardAt() > silence.toNanos()) {
      metrics.dropped("silent-peer");
      outbox.close(CloseCode.GOING_AWAY);
    } else if (socket.isMessageOlderThan(MESSAGE_TIME)) {
      metrics.dropped("slow-message");
      outbox.close(CloseCode.GOING_AWAY);
    }
  }

  /**
   * Ends the session because of who it says it is.
   *
   * @param cause what it is counted as
   * @param words what the client and the log are told; nothing of a token
   */
  void unauthenticated(String cause, String words) {
    if (!outbox.isClosing()) {
      metrics.unauthenticated(cause);
      LOG.atDebug().addKeyValue("session", this::id).log("authentication failed: {}", words);
      outbox.close(CloseCode.AUTHENTICATION, CloseCode.AUTHENTICATION.reason(words));
    }
  }

  boolean isSubscribedTo(Event event) {
    return subscriptions.has(event);
  }

  /** What the session is subscribed to may be something else now. */
  void subscriptionsChanged() {
    frames.watch(isSubscribedTo(Event.POSITIONS));
  }

  /** The position frames of this session. */
  SessionFrames frames() {
    return frames;
  }

  /** What this session is subscribed to. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Takes note of what this session is registered as now. */
  @Override
  public void registeredAs(@Nullable Held now) {
    held = now;
  }

  /** Tells the client why it is registered no more. */
  @Override
  public void unregistered(Held lost, RefusalException why) {
    Held mine = held;
    if (mine == null || mine.key() != lost.key()) {
      return;
    }
    held = null;
    loop.run(() -> tell(why));
  }

  /** Writes a notice that answers no message. */
  void tell(RefusalException notice) {
    metrics.noticed(notice);
    reply(QisWriter.bytes(new Refused(null, notice)));
  }

  /** Where it fails, the outcome's other receivers still get it. */
  @Override
  public void deliver(Arrival arrival, double similarity) {
    activity().received(System.nanoTime());
    try {
      deliveries.deliver(arrival.beginning(), similarity, arrival.acceptedMicros());
    } catch (RuntimeException | Error e) {
      faultLater("a delivery failed", e);
    }
  }
}
