/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.mcp.EventStream;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.McpServer;
import dev.starling.gateway.mcp.RpcException;
import dev.starling.gateway.mcp.RpcMessage;
import dev.starling.gateway.mcp.RpcMessage.Notification;
import dev.starling.gateway.mcp.RpcMessage.Request;
import dev.starling.gateway.mcp.RpcMessage.Response;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The sessions of {@code /mcp} on this node and what becomes of their messages. Gateway's loop
 * only, but for what says otherwise.
 */
final class McpHost {
  private static final int TICKS_A_SECOND = 10;

  /** Between two words of what changed: of what changes all the time, twice a second. */
  private static final int TELL_TICKS = 5;

  /** Clients take a stream on which nothing comes for much longer for dead. */
  private static final Duration MOST_BETWEEN_PINGS = Duration.ofSeconds(30);

  private static final int TOO_MANY = 429;

  private final Loop loop;
  private final GatewayMetrics metrics;
  private final EndpointLimits limits;
  private final McpVisits visits;
  private final McpServer<McpVisit> server;
  private final long pingTicks;
  private final AtomicInteger unanswered = new AtomicInteger();
  private boolean isClosed;
  private long ticks;

  McpHost(Mesh mesh, Gateway gateway, GatewayConfig config, GatewayMetrics metrics, Loop loop) {
    this.loop = loop;
    this.metrics = metrics;
    this.limits = config.web();
    this.visits = new McpVisits(loop, limits, gateway::withdraw);
    McpTaskWatch watch = new McpTaskWatch();
    McpViews views = new McpViews(mesh, gateway.operations());
    this.server =
        McpOffer.of(
            mesh,
            Stream.of(
                new McpAgentTools(mesh, gateway, visits, metrics, limits.outcomeQueue()).all(),
                new McpOutcomeTools(gateway).all(),
                new McpTaskTools(gateway, watch).all(),
                new McpMeshTools(mesh, gateway).all()),
            views,
            metrics::called);
    this.pingTicks = pingTicks(config.heartbeatInterval());
    metrics.gauge("starling.gateway.mcp.sessions", "Sessions of /mcp", visits::size);
    gateway.events().follow(new McpNews(visits, watch, views));
  }

  private static long pingTicks(Duration heartbeat) {
    long millis = Math.min(heartbeat.toMillis(), MOST_BETWEEN_PINGS.toMillis());
    return Math.max(1, millis / 100);
  }

  /** Where everything here happens; from any thread. */
  Loop loop() {
    return loop;
  }

  /** Called every 100 ms. */
  void tick() {
    ticks++;
    if (ticks % TELL_TICKS == 0) {
      visits.all().forEach(visit -> visit.session().tell());
    }
    if (ticks % TICKS_A_SECOND == 0) {
      visits.sweep(System.currentTimeMillis(), System.nanoTime());
    }
    if (ticks % pingTicks == 0) {
      visits.all().forEach(visit -> visit.session().ping());
    }
  }

  /** A request came, which is answered in the end; from any thread. */
  void came(McpExchange exchange) {
    unanswered.incrementAndGet();
    exchange.whenOver(unanswered::decrementAndGet);
  }

  /** Whether all that came is answered, and no stream is open; from any thread. */
  boolean isIdle() {
    return unanswered.get() == 0;
  }

  /** Ends all sessions, and takes no more; what waits is answered with what there is by then. */
  void close() {
    isClosed = true;
    visits.close();
  }

  /** A message came. */
  void take(McpExchange exchange, RpcMessage message) {
    try {
      switch (message) {
        case Request request when request.method().equals("initialize") -> begin(exchange, request);
        case Request request -> visit(exchange).ifPresent(visit -> ask(exchange, visit, request));
        case Notification notification ->
            visit(exchange)
                .ifPresent(visit -> {
                  server.take(visit.session(), notification);
                  exchange.end(202);
                });
        case Response _ -> visit(exchange).ifPresent(visit -> exchange.end(202));
      }
    } catch (RefusalException refusal) {
      exchange.refuse(refusal.code() == ErrorCode.RATE_LIMITED ? TOO_MANY : 503, refusal);
    }
  }

  private void begin(McpExchange exchange, Request request) {
    if (isClosed) {
      throw RefusalException.unavailable("gateway", "this node leaves the mesh; go to another one");
    }
    try {
      JsonObject introduction = server.initialise(request.params());
      McpVisit visit = visits.enter(exchange.principal(), exchange.client());
      exchange.welcome(visit.session().id(), request.answer(introduction));
    } catch (RpcException error) {
      exchange.answer(error.answer(request.id()));
    }
  }

  /** Whose request this is, where it may go on; one that may not has been answered. */
  private Optional<McpVisit> visit(McpExchange exchange) {
    Optional<McpVisit> found = known(exchange);
    if (found.isEmpty()) {
      return found;
    }
    McpVisit visit = found.get();
    long now = System.nanoTime();
    visit.heard(exchange.principal(), now);
    MessageQuota.Verdict verdict = visit.quota().take(0, now);
    if (verdict == MessageQuota.Verdict.TAKEN) {
      return found;
    }
    metrics.dropped("rate-limit");
    exchange.refuse(TOO_MANY, visit.quota().refusal(now));
    if (verdict == MessageQuota.Verdict.EXHAUSTED) {
      visits.end(visit);
    }
    return Optional.empty();
  }

  private Optional<McpVisit> known(McpExchange exchange) {
    Optional<McpVisit> found = visits.find(exchange.sessionId(), exchange.principal());
    if (exchange.sessionId() == null) {
      exchange.refuse(400, invalid("the header Mcp-Session-Id is missing; begin with initialize"));
    } else if (found.isEmpty()) {
      exchange.refuse(404, invalid("this node has no such session; begin anew with initialize"));
    }
    return found;
  }

  private static RefusalException invalid(String text) {
    return new RefusalException(ErrorCode.INVALID_MESSAGE, text);
  }

  private void ask(McpExchange exchange, McpVisit visit, Request request) {
    boolean canTell = exchange.takesEvents() && McpCall.progressToken(request) != null;
    McpCall call = new McpCall(request, exchange.principal(), canTell ? exchange::tell : null);
    if (visit.session().running() >= limits.maxPending()) {
      exchange.refuse(
          TOO_MANY,
          new RefusalException(
              ErrorCode.RATE_LIMITED,
              limits.maxPending() + " requests of this session wait for their answers already"));
      return;
    }
    if (!visit.session().begin(call)) {
      RpcException twice =
          new RpcException(RpcException.INVALID_REQUEST, "id: a request of this id runs already");
      exchange.answer(twice.answer(request.id()));
      return;
    }
    exchange.whenOver(() -> loop.run(call::abandon));
    server
        .answer(visit, visit.session(), call)
        .onComplete(done ->
            loop.run(() -> {
              visit.session().end(call);
              exchange.answer(
                  done.succeeded()
                      ? request.answer(done.result())
                      : error(done.cause()).answer(request.id()));
            }));
  }

  private static RpcException error(Throwable failure) {
    return failure instanceof RpcException known
        ? known
        : new RpcException(RpcException.INTERNAL_ERROR, "the gateway failed on this call");
  }

  /** What came is no message. */
  void malformed(McpExchange exchange, RpcException error) {
    exchange.refuse(error, invalid(String.valueOf(error.getMessage())));
    visits
        .find(exchange.sessionId(), exchange.principal())
        .filter(visit -> !visit.quota().takeMalformed(System.nanoTime()))
        .ifPresent(visits::end);
  }

  /** A client wants to hear of what changes. */
  void listen(McpExchange exchange) {
    visit(exchange)
        .ifPresent(visit ->
            exchange.listen(stream -> {
              exchange.whenOver(() -> loop.run(() -> visit.session().left(stream)));
              loop.run(() -> attach(visit, stream));
            }));
  }

  private void attach(McpVisit visit, EventStream stream) {
    if (visits.isHere(visit)) {
      visit.session().listen(stream);
    } else {
      stream.end();
    }
  }

  /** A client ends its session. */
  void leave(McpExchange exchange) {
    known(exchange)
        .ifPresent(visit -> {
          visits.end(visit);
          exchange.end(204);
        });
  }
}
