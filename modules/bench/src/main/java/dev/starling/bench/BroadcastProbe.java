/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long one event takes to everybody: a writer sends, and each of many subscribers is waited for
 * before the next one. Time runs from the writer's send to the moment at which a subscriber's last
 * byte was read here; the reader is one thread, on the same cores as the server. One thread.
 */
final class BroadcastProbe {
  /** Between two events, unless one takes longer. */
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int BUFFER = 256 << 10;
  private static final int MARKED = 200;

  /** Events before those that count: the JVM and Node compile what they run often. */
  private static final int WARM_UP = 30;

  private final Selector selector;
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER);
  private final Broadcast broadcast;
  private final Latencies deliveries = new Latencies();
  private final Latencies last = new Latencies();
  private Latencies current = new Latencies();
  private long sentAt;
  private long lastAt;
  private int event;
  private int missing;
  private long missed;

  private BroadcastProbe(Selector selector, Broadcast broadcast) {
    this.selector = selector;
    this.broadcast = broadcast;
  }

  /**
   * What came of it.
   *
   * @param deliveries from the send to one subscriber
   * @param last from the send to the last subscriber
   * @param missed deliveries that did not come within five seconds
   */
  record Spread(Latencies deliveries, Latencies last, long missed) {}

  /**
   * Connects, sends and measures.
   *
   * @param target where all connect and register
   * @param deflate whether they offer compression
   */
  static Spread measure(
      URI target, boolean deflate, int subscribers, int events, Broadcast broadcast)
      throws IOException {
    Connector connector = new Connector(target, deflate);
    List<Connector.Connected> open = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      BroadcastProbe probe = new BroadcastProbe(selector, broadcast);
      Connector.Connected writer = connector.connect("writer", broadcast.fingerprint());
      open.add(writer);
      probe.watch(writer, null, false);
      for (int i = 0; i < subscribers; i++) {
        Connector.Connected connected =
            connector.connect("subscriber-" + i, broadcast.fingerprint());
        open.add(connected);
        probe.watch(connected, broadcast.subscription(), true);
      }
      for (int i = 0; i < WARM_UP + events; i++) {
        probe.send(writer, subscribers, i >= WARM_UP);
      }
      return new Spread(probe.deliveries, probe.last, probe.missed);
    } finally {
      for (Connector.Connected connected : open) {
        connected.channel().close();
      }
    }
  }

  private void watch(Connector.Connected connected, @Nullable String subscription, boolean counts)
      throws IOException {
    if (subscription != null) {
      write(connected, subscription);
    }
    connected.channel().register(selector, SelectionKey.OP_READ, new Subscriber(connected, counts));
  }

  private static void write(Connector.Connected to, String text) throws IOException {
    ByteBuffer frame =
        WsFrames.masked(WsFrames.FIN | WsFrames.TEXT, text.getBytes(UTF_8), WsFrames.newKey());
    while (frame.hasRemaining()) {
      to.channel().write(frame);
    }
  }

  private void send(Connector.Connected writer, int subscribers, boolean counts)
      throws IOException {
    event++;
    missing = subscribers;
    String text = broadcast.message(event);
    sentAt = System.nanoTime();
    lastAt = sentAt;
    write(writer, text);
    Latencies mine = new Latencies();
    current = mine;
    while (missing > 0 && System.nanoTime() - sentAt < PATIENCE.toNanos()) {
      selector.select(this::ready, PATIENCE.toMillis());
    }
    if (counts) {
      deliveries.add(mine);
      last.record(lastAt - sentAt);
      missed += missing;
    }
    for (long left = left(); left > 0; left = left()) {
      selector.select(this::ready, left);
    }
  }

  private long left() {
    return INTERVAL.toMillis() - (System.nanoTime() - sentAt) / 1_000_000;
  }

  private void ready(SelectionKey key) {
    try {
      ((Subscriber) key.attachment()).read();
    } catch (IOException e) {
      key.cancel();
      throw new WsProtocolException("a subscriber was lost: " + e.getMessage());
    }
  }

  /** One connection; the writer's is one too, but gets answers only. */
  private final class Subscriber implements FrameReader.Sink {
    private final Connector.Connected connected;
    private final boolean counts;
    private int seen;

    private Subscriber(Connector.Connected connected, boolean counts) {
      this.connected = connected;
      this.counts = counts;
    }

    private void read() throws IOException {
      shared.clear();
      connected.reader().restore(shared);
      if (connected.channel().read(shared) < 0) {
        throw new IOException("closed by the server");
      }
      connected.reader().accept(shared.flip(), this);
    }

    @Override
    public void message(ByteBuffer bytes, int offset, int length) {
      byte[] begin = new byte[Math.min(length, MARKED)];
      bytes.get(offset, begin);
      if (counts && seen < event && new String(begin, UTF_8).contains(broadcast.mark())) {
        seen = event;
        missing--;
        lastAt = System.nanoTime();
        current.record(lastAt - sentAt);
      }
    }

    @Override
    public void ping(byte[] body) {
      try {
        ByteBuffer pong = WsFrames.masked(WsFrames.FIN | WsFrames.PONG, body, WsFrames.newKey());
        int _ = connected.channel().write(pong);
      } catch (IOException e) {
        throw new WsProtocolException("a pong was not taken: " + e.getMessage());
      }
    }

    @Override
    public void close(int code) {
      throw new WsProtocolException("a subscriber was closed with " + code);
    }
  }
}
