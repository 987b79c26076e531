/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.formats.FormatException;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way in: parts are added on one thread, and read on another while further ones
 * come, so that no more than two of them are held.
 */
final class IncomingDocument {
  /** Reads a document to its end, on a thread that may wait, and has the graph changed by it. */
  @FunctionalInterface
  interface Reading {
    CompletionStage<RawJson> read(InputStream in) throws IOException;
  }

  private record Part(byte[] bytes, boolean isLast, Promise<Uploaded> taken) {}

  private final Duration patience;
  private final ArrayBlockingQueue<Part> parts = new ArrayBlockingQueue<>(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private int next;

  /**
   * A document that begins.
   *
   * @param patience how long it may take until the next part comes
   */
  IncomingDocument(Duration patience) {
    this.patience = patience;
  }

  /** Adds a part; answered when it is being read, and the last when the graph is changed. */
  Future<Uploaded> add(Upload upload) {
    Throwable known = failure.get();
    if (known != null) {
      return Future.failedFuture(known);
    }
    Promise<Uploaded> taken = Promise.promise();
    if (upload.part() != next || !parts.offer(new Part(upload.bytes(), upload.isLast(), taken))) {
      return Future.failedFuture(
          RefusalException.unavailable("physics", "parts came out of order; begin again"));
    }
    next++;
    if (failure.get() != null) {
      refuseWaiting();
    }
    return taken.future();
  }

  /** Ends it, unless it was read to its end already. */
  void abandon(Throwable cause) {
    failure.compareAndSet(null, cause);
    // Who waits for a part is woken by one: by this one, unless there is another.
    boolean _ = parts.offer(new Part(new byte[0], true, Promise.promise()));
  }

  /** Reads it to its end; returns when nothing more is to be read. */
  void run(Reading reading) {
    Parts in = new Parts();
    try {
      reading
          .read(in)
          .whenComplete((result, thrown) -> {
            if (thrown == null) {
              in.requireLast().taken().complete(new Uploaded(result));
            } else {
              fail(in, thrown instanceof CompletionException ? cause(thrown) : thrown);
            }
          });
    } catch (FormatException e) {
      fail(in, refusal(e));
    } catch (IOException | RuntimeException e) {
      fail(in, e);
    }
  }

  private static Throwable cause(Throwable thrown) {
    return Objects.requireNonNullElse(thrown.getCause(), thrown);
  }

  private static RefusalException refusal(FormatException fault) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (fault.line() > 0) {
      details.put("line", fault.line());
    }
    if (fault.column() > 0) {
      details.put("column", fault.column());
    }
    return new RefusalException(ErrorCode.INVALID_MESSAGE, fault.text(), details);
  }

  private void fail(Parts in, Throwable cause) {
    failure.set(cause);
    in.refuse(cause);
    refuseWaiting();
  }

  private void refuseWaiting() {
    Part waiting = parts.poll();
    Throwable cause = failure.get();
    if (waiting != null && cause != null) {
      waiting.taken().tryFail(cause);
    }
  }

  /** What was added, as one stream. The reading thread only. */
  private final class Parts extends InputStream {
    private @Nullable Part part;
    private int at;

    Part requireLast() {
      Part last = part;
      if (last == null || !last.isLast()) {
        throw new IllegalStateException("the document was not read to its end");
      }
      return last;
    }

    void refuse(Throwable cause) {
      if (part != null) {
        part.taken().tryFail(cause);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Part now = part;
      while (now == null || at == now.bytes().length) {
        if (now != null && now.isLast()) {
          return -1;
        }
        now = await();
      }
      int count = Math.min(length, now.bytes().length - at);
      System.arraycopy(now.bytes(), at, bytes, offset, count);
      at += count;
      return count;
    }

    private Part await() throws IOException {
      try {
        Part now = parts.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (now == null) {
          throw new IOException("no further part of the document came");
        }
        part = now;
        at = 0;
        if (failure.get() != null) {
          throw new IOException("the document was abandoned");
        }
        if (!now.isLast()) {
          now.taken().complete(new Uploaded(null));
        }
        return now;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a document came in", e);
      }
    }
  }
}
