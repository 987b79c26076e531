/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.frames.FrameMetrics;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What a gateway counts. Thread-safe. */
final class GatewayMetrics {
  private final MeterRegistry registry;
  private final Counter messages;
  private final Timer ack;
  private final Timer push;
  private final Compressed deflated;
  private final Compressed inflated;
  private final FrameMetrics frames;
  private final LongAdder deliveries = new LongAdder();

  private final ChannelFutureListener unsent =
      left -> {
        if (!left.isSuccess()) {
          dropped("closing");
        }
      };

  /** Compressed messages of one direction. */
  private record Compressed(Counter messages, Counter plain, Counter compressed) {
    Compressed(MeterRegistry registry, String direction) {
      this(
          Counter.builder("starling.gateway.compressed.messages")
              .description("Messages that came or left compressed")
              .tag("direction", direction)
              .register(registry),
          bytes(registry, direction, "plain"),
          bytes(registry, direction, "compressed"));
    }

    private static Counter bytes(MeterRegistry registry, String direction, String form) {
      return Counter.builder("starling.gateway.compressed.bytes")
          .description("Bytes of these messages, compressed and not")
          .tag("direction", direction)
          .tag("form", form)
          .register(registry);
    }

    void count(int plainBytes, int compressedBytes) {
      messages.increment();
      plain.increment(plainBytes);
      compressed.increment(compressedBytes);
    }
  }

  GatewayMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.messages =
        Counter.builder("starling.gateway.messages")
            .description("Messages from clients")
            .register(registry);
    this.ack = timer("starling.gateway.ack", "From an outcome's last byte in to its ack out");
    this.push =
        timer(
            "starling.gateway.push",
            "From an outcome's last byte in to a receiver's push out, by the gateways' clocks");
    this.deflated = new Compressed(registry, "out");
    this.inflated = new Compressed(registry, "in");
    this.frames = new FrameMetrics(registry);
    FunctionCounter.builder("starling.gateway.deliveries", deliveries, LongAdder::doubleValue)
        .description("Outcomes pushed to agents")
        .register(registry);
    VertxInternals.allocators().forEach(this::buffers);
  }

  private void buffers(String allocator, ByteBufAllocatorMetric memory) {
    Gauge.builder("starling.gateway.buffer.bytes", memory::usedDirectMemory)
        .description("Memory outside the heap that buffers of connections take")
        .tag("allocator", allocator)
        .register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofNanos(50_000))
        .maximumExpectedValue(Duration.ofSeconds(5))
        .register(registry);
  }

  /** What is counted of position frames. */
  FrameMetrics frames() {
    return frames;
  }

  void message() {
    messages.increment();
  }

  void acked(long micros) {
    ack.record(Duration.ofNanos(Math.max(0, micros) * 1000));
  }

  void pushed(long micros) {
    deliveries.increment();
    push.record(Duration.ofNanos(Math.max(0, micros) * 1000));
  }

  long deliveries() {
    return deliveries.sum();
  }

  /** Counts a message that left compressed, once for each session. */
  void deflated(int plain, int compressed) {
    deflated.count(plain, compressed);
  }

  /** Counts a message that came compressed. */
  void inflated(int plain, int compressed) {
    inflated.count(plain, compressed);
  }

  /** Counts something not delivered, by cause. */
  void dropped(String cause) {
    counter("starling.gateway.drops", "What was not delivered, by cause", "cause", cause);
  }

  /** Counts an outcome as dropped that still waits when its connection ends. */
  ChannelFutureListener unsent() {
    return unsent;
  }

  void closed(CloseCode code) {
    counter(
        "starling.gateway.closed",
        "Sockets that the gateway closed, by code",
        "code",
        Integer.toString(code.code()));
  }

  /** Counts a socket that is closed because no valid token was shown, by cause. */
  void unauthenticated(String cause) {
    counter(
        "starling.gateway.unauthenticated",
        "Sockets that the gateway closed with 4000, by cause",
        "cause",
        cause);
  }

  /** Counts a message on a socket that was refused. */
  void refused(RefusalException refusal) {
    counter("starling.gateway.refusals", "Messages refused, by code", "code", word(refusal));
    timedOut(refusal);
  }

  /** Counts an error that a client is told without having asked for anything. */
  void noticed(RefusalException notice) {
    counter(
        "starling.gateway.notices", "Errors that answer no message, by code", "code", word(notice));
  }

  /**
   * Counts a call by REST that was refused.
   *
   * @param route the route's own path
   */
  void refused(String route, int status, RefusalException refusal) {
    Counter.builder("starling.gateway.rest.refusals")
        .description("Calls by REST refused, by route, status and code")
        .tags("route", route, "status", Integer.toString(status), "code", word(refusal))
        .register(registry)
        .increment();
    timedOut(refusal);
  }

  private void timedOut(RefusalException refusal) {
    if (refusal.code() == ErrorCode.TIMEOUT) {
      counter(
          "starling.gateway.timeouts",
          "Operations that were not answered in time, by the role that was asked",
          "role",
          String.valueOf(refusal.details().getOrDefault("role", "unknown")));
    }
  }

  private static String word(RefusalException refusal) {
    return refusal.code().name().toLowerCase(Locale.ROOT);
  }

  /** Counts a request that was refused before any route or session saw it, by cause. */
  void turnedAway(String cause) {
    counter(
        "starling.gateway.http.refused",
        "Requests refused before a route or a session saw them, by cause",
        "cause",
        cause);
  }

  /** Counts a try to take over a changed certificate, by what became of it. */
  void certificate(String outcome) {
    counter(
        "starling.gateway.certificate.reloads",
        "Changes of the servers' certificate that were seen, by outcome",
        "outcome",
        outcome);
  }

  /** Counts a call by REST that was not let through, by cause. */
  void denied(String cause) {
    counter("starling.gateway.denied", "Calls by REST not let through, by cause", "cause", cause);
  }

  /** Counts an event that is written to all sessions that subscribed to it. */
  void published(Event event) {
    counter("starling.gateway.events", "Events for this gateway's sessions", "event", event.word());
  }

  /** Counts a call of a tool by MCP. */
  void called(String tool, boolean isRefused) {
    Counter.builder("starling.gateway.mcp.calls")
        .description("Calls of tools by MCP, by tool and outcome")
        .tags("tool", tool, "outcome", isRefused ? "refused" : "done")
        .register(registry)
        .increment();
  }

  private void counter(String name, String description, String tag, String value) {
    Counter.builder(name).description(description).tag(tag, value).register(registry).increment();
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
