/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that counts frames on a thread of its own. Thread-safe. */
final class RawReader implements AutoCloseable {
  /** Frames of which one is compared with the one before it. */
  private static final int COMPARED = 16;

  private final FrameSocket socket;
  private final Thread thread;
  private final Duration pause;
  private final @Nullable MovedNodes moved;
  private final List<Long> arrivals = new ArrayList<>();
  private boolean isCounting;
  private volatile boolean isClosed;
  private long bytes;
  private long seen;
  private @Nullable IOException fault;

  private RawReader(FrameSocket socket, Duration pause, @Nullable MovedNodes moved) {
    this.socket = socket;
    this.pause = pause;
    this.moved = moved;
    this.thread = Thread.ofPlatform().daemon().name("reader").unstarted(this::read);
  }

  /**
   * Connects and begins to read.
   *
   * @param pause between two frames
   * @param moved compares one frame in {@value #COMPARED} with the one before; null compares none
   */
  static RawReader start(URI to, Duration pause, @Nullable MovedNodes moved) throws IOException {
    RawReader reader = new RawReader(FrameSocket.connect(to), pause, moved);
    reader.thread.start();
    return reader;
  }

  private void read() {
    try {
      while (!isClosed) {
        took(socket.next(buffer()));
        if (!pause.isZero()) {
          LockSupport.parkNanos(pause.toNanos());
        }
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private @Nullable ByteBuffer buffer() {
    MovedNodes compares = moved;
    long place = seen % COMPARED;
    return compares == null || place > 1 ? null : place == 0 ? compares.first() : compares.second();
  }

  private synchronized void took(int length) {
    MovedNodes compares = moved;
    if (compares != null && seen % COMPARED == 1 && isCounting) {
      compares.compare();
    }
    seen++;
    if (isCounting) {
      arrivals.add(System.nanoTime());
      bytes += length;
    }
  }

  private synchronized void failed(IOException e) {
    if (!isClosed) {
      fault = e;
    }
  }

  /** Frames read so far; fails where the connection did. */
  synchronized long seen() throws IOException {
    if (fault != null) {
      throw new IOException("a reader lost its connection: " + fault.getMessage(), fault);
    }
    return seen;
  }

  /** Counts from now on. */
  synchronized void begin() {
    arrivals.clear();
    bytes = 0;
    isCounting = true;
  }

  /**
   * What was counted.
   *
   * @param arrivals {@code long[frames]}: ns, by one clock
   */
  record Counted(long[] arrivals, long bytes) {}

  /** Counts no more. */
  synchronized Counted end() throws IOException {
    long _ = seen();
    isCounting = false;
    return new Counted(arrivals.stream().mapToLong(Long::longValue).toArray(), bytes);
  }

  @Override
  public void close() {
    isClosed = true;
    socket.close();
    LockSupport.unpark(thread);
  }
}
