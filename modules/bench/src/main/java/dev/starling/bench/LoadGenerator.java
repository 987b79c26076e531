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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Agents that emit outcomes and account for every delivery, on one thread: a selector, frames built
 * beforehand, no JSON parsing. One object per run.
 *
 * <p>Closed loop: each agent keeps {@code window} outcomes unacknowledged. Open loop: outcome
 * {@code k} is due at {@code start + k / rate} and its latencies count from then, however late the
 * generator or the server is.
 */
public final class LoadGenerator {
  private static final long QUIET = Duration.ofMillis(300).toNanos();

  /**
   * Closed loop: pause between two looks at the sockets, ns. What arrived meanwhile is read in one
   * go, which halves the generator's CPU; it is short beside the time that outcomes queue in a
   * saturated server, so the server has work all the time. Latencies of a closed loop include it;
   * they tell about queueing anyway.
   */
  private static final long GATHER = 2_000_000;

  private static final int READ_BUFFER = 256 << 10;
  private static final int MAX_BACKLOG = 200_000;

  private final URI target;
  private final Workload workload;
  private final Pace pace;
  private final boolean deflate;
  private final CpuClock serverCpu;
  private final String run = Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 24);
  private final Selector selector;
  private final List<Connection> connections = new ArrayList<>();
  private final LoadRecorder recorder;
  private final Inbox inbox = new Inbox();
  private final Consumer<SelectionKey> onReady = this::ready;

  private ByteBuffer shared = ByteBuffer.allocateDirect(READ_BUFFER);
  private long emitUntil;
  private long lastArrival;
  private long scheduled;
  private int backlog;

  /** A server's CPU time so far, ns; negative where unknown. */
  public interface CpuClock {
    /** For servers out of sight. */
    CpuClock UNKNOWN = () -> -1;

    /** CPU time so far, ns, or -1. */
    long nanos();
  }

  /**
   * {@code target} is a WebSocket address with host and port; {@code deflate}: offer compression.
   */
  public LoadGenerator(
      URI target, Workload workload, Pace pace, boolean deflate, CpuClock serverCpu)
      throws IOException {
    this.target = target;
    this.workload = workload;
    this.pace = pace;
    this.deflate = deflate;
    this.serverCpu = serverCpu;
    this.selector = Selector.open();
    this.recorder = new LoadRecorder(workload.agents());
  }

  /** Connects, warms up, measures, drains, closes. */
  public LoadResult run() throws IOException {
    try (selector) {
      connectAll();
      emitAndMeasure();
      drain();
      return recorder.result(pace.duration(), connections.getFirst().connected().deflated());
    } finally {
      connections.forEach(Connection::close);
    }
  }

  private void connectAll() throws IOException {
    Topics topics =
        Topics.of(workload.agents(), workload.topics(), workload.dimension(), workload.agents());
    Connector connector = new Connector(target, deflate);
    for (int agent = 0; agent < workload.agents(); agent++) {
      String fingerprint = topics.json(agent, workload.digits());
      Connector.Connected connected = connector.connect("bench-" + run + "-" + agent, fingerprint);
      recorder.connected(connected);
      OutcomeFrame frame = OutcomeFrame.of(fingerprint, workload, run, connected.deflated());
      connections.add(new Connection(agent, connected, frame, selector));
    }
  }

  private void emitAndMeasure() throws IOException {
    long start = System.nanoTime();
    long from = start + pace.warmup().toNanos();
    emitUntil = from + pace.duration().toNanos();
    recorder.measure(from, emitUntil);
    if (pace.closedLoop()) {
      fillWindows(start);
      gatherUntil(from);
      recorder.begin(serverCpu.nanos());
      gatherUntil(emitUntil);
    } else {
      double interval = 1e9 / pace.rate();
      try (Pacer _ = new Pacer(selector, start, interval)) {
        emitOnSchedule(start, interval, from);
        recorder.begin(serverCpu.nanos());
        emitOnSchedule(start, interval, emitUntil);
      }
    }
    recorder.end(serverCpu.nanos());
  }

  private void fillWindows(long now) {
    for (int slot = 0; slot < pace.window(); slot++) {
      for (Connection connection : connections) {
        emit(connection, now);
      }
    }
  }

  private void gatherUntil(long end) throws IOException {
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(this, GATHER);
      selector.selectNow(onReady);
    }
  }

  private void emitOnSchedule(long start, double interval, long end) throws IOException {
    long due = start + (long) (scheduled * interval);
    while (due < end) {
      long now = System.nanoTime();
      if (due - now > Pacer.EARLY) {
        select(due - now);
      } else {
        selector.selectNow(onReady);
        now = System.nanoTime();
      }
      while (due <= now && due < end) {
        emitNext(due, now);
        due = start + (long) (++scheduled * interval);
      }
    }
  }

  private void emitNext(long due, long now) {
    if (backlog >= MAX_BACKLOG) {
      recorder.wrong("more than " + MAX_BACKLOG + " outcomes unanswered: emitting stopped");
      return;
    }
    for (int tries = 0; tries < connections.size(); tries++) {
      Connection connection = connections.get((int) ((scheduled + tries) % connections.size()));
      if (connection.open()) {
        recorder.late(now - due, due);
        emit(connection, due);
        return;
      }
    }
  }

  /** Waits until all that was promised came and then a little for what should not come. */
  private void drain() throws IOException {
    lastArrival = System.nanoTime();
    long end = lastArrival + pace.drain().toNanos();
    for (long now = lastArrival; now < end; now = System.nanoTime()) {
      boolean settled = backlog == 0 && recorder.balanced();
      long quiet = now - lastArrival;
      if ((settled && quiet > QUIET) || quiet > 10 * QUIET) {
        return;
      }
      select(QUIET / 4);
    }
  }

  private void select(long nanos) throws IOException {
    selector.select(onReady, Math.max(1, nanos / 1_000_000));
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isReadable()) {
        read(connection);
      }
      if (key.isValid() && key.isWritable()) {
        connection.flush();
      }
    } catch (IOException | WsProtocolException e) {
      lose(connection, String.valueOf(e.getMessage()));
    }
  }

  private void read(Connection connection) throws IOException {
    FrameReader reader = connection.reader();
    if (reader.restLength() > shared.capacity() / 2) {
      shared = ByteBuffer.allocateDirect(2 * shared.capacity());
    }
    shared.clear();
    reader.restore(shared);
    if (connection.channel().read(shared) < 0) {
      lose(connection, "closed by the server");
      return;
    }
    inbox.connection = connection;
    inbox.now = System.nanoTime();
    lastArrival = inbox.now;
    reader.accept(shared.flip(), inbox);
  }

  private void emit(Connection connection, long time) {
    int sequence = recorder.emit();
    backlog++;
    try {
      connection.emit(sequence, time);
      recorder.emittedAt(sequence, time);
    } catch (IOException e) {
      lose(connection, String.valueOf(e.getMessage()));
    }
  }

  private void lose(Connection connection, String why) {
    if (connection.open()) {
      recorder.disconnected(why);
      backlog -= connection.unanswered().size();
      connection.abandon();
    }
  }

  /** What the servers say; {@code connection} and {@code now} are those of the bytes being read. */
  private final class Inbox implements FrameReader.Sink {
    private final Replies replies = new Replies();
    private @Nullable Connection connection;
    private long now;

    private Connection connection() {
      if (connection == null) {
        throw new IllegalStateException("nothing was read");
      }
      return connection;
    }

    @Override
    public void message(ByteBuffer bytes, int offset, int length) {
      switch (Replies.kind(bytes, offset, length)) {
        case PUSH -> {
          int mark = replies.mark(bytes, offset, length);
          int sequence = mark < 0 ? -1 : Replies.sequence(bytes, mark);
          long time = mark < 0 ? 0 : Replies.time(bytes, mark);
          recorder.pushed(sequence, connection().agent(), time, now);
        }
        case ACK -> answered(Replies.matchesFound(bytes, offset, length), bytes, offset, length);
        case ERROR -> answered(-1, bytes, offset, length);
        case REGISTERED, OTHER -> {}
      }
    }

    private void answered(int matches, ByteBuffer bytes, int offset, int length) {
      if (matches < 0) {
        byte[] text = new byte[Math.min(length, 300)];
        bytes.get(offset, text);
        recorder.wrong(new String(text, UTF_8));
      }
      if (connection().unanswered().isEmpty()) {
        recorder.wrong("an answer to no outcome");
        return;
      }
      backlog--;
      recorder.answered(connection().unanswered().remove(), matches, now);
      if (pace.closedLoop() && now < emitUntil) {
        emit(connection(), System.nanoTime());
      }
    }

    @Override
    public void ping(byte[] body) {
      try {
        connection().send(WsFrames.masked(WsFrames.FIN | WsFrames.PONG, body, WsFrames.newKey()));
      } catch (IOException e) {
        lose(connection(), String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void close(int code) {
      lose(connection(), "closed by the server with code " + code);
    }
  }
}
