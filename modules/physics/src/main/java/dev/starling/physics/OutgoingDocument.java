/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A document on its way out: it is written on one thread as fast as its parts are asked for on
 * another, so that no more than two of them are held.
 */
final class OutgoingDocument {
  /** Largest part. */
  static final int PART = 1 << 20;

  /** Writes a document to its end, on a thread that may wait. */
  @FunctionalInterface
  interface Writing {
    void write(OutputStream out) throws IOException;
  }

  private final Duration patience;
  private @Nullable Downloaded ready;
  private @Nullable Promise<Downloaded> asked;
  private @Nullable Downloaded given;
  private @Nullable Throwable failure;
  private int next;

  /**
   * A document that begins.
   *
   * @param patience how long it may take until the next part is asked for
   */
  OutgoingDocument(Duration patience) {
    this.patience = patience;
  }

  /** The part with a number, the next one or the one before it. */
  synchronized Future<Downloaded> part(int number) {
    if (number == next - 1 && given != null) {
      return Future.succeededFuture(given);
    }
    if (failure != null) {
      return Future.failedFuture(failure);
    }
    if (number != next || asked != null) {
      return Future.failedFuture(
          RefusalException.unavailable("physics", "parts were asked out of order; begin again"));
    }
    Promise<Downloaded> promise = Promise.promise();
    asked = promise;
    giveIfBoth();
    return promise.future();
  }

  private synchronized void giveIfBoth() {
    Downloaded part = ready;
    Promise<Downloaded> waiting = asked;
    if (part != null && waiting != null) {
      ready = null;
      asked = null;
      given = part;
      next++;
      notifyAll();
      waiting.complete(part);
    }
  }

  /** Writes it to its end; returns when its last part was taken, or nobody asks any more. */
  void run(Writing writing) {
    try {
      Parts out = new Parts();
      writing.write(out);
      out.finish();
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  void fail(Throwable cause) {
    Promise<Downloaded> waiting;
    synchronized (this) {
      failure = cause;
      waiting = asked;
      asked = null;
      notifyAll();
    }
    if (waiting != null) {
      waiting.tryFail(cause);
    }
  }

  private synchronized void offer(Downloaded part) throws IOException {
    awaitTaken();
    ready = part;
    giveIfBoth();
    if (part.isLast()) {
      awaitTaken();
    }
  }

  private synchronized void awaitTaken() throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (ready != null) {
        if (failure != null) {
          throw new IOException("the document was abandoned", failure);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IOException("nobody asked for the next part of the document");
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a document went out", e);
    }
  }

  /** Cuts what is written into parts. The writing thread only. */
  private final class Parts extends OutputStream {
    private byte[] part = new byte[PART];
    private int size;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        if (size == part.length) {
          offer(new Downloaded(false, part));
          part = new byte[PART];
          size = 0;
        }
        int count = Math.min(left, part.length - size);
        System.arraycopy(bytes, from, part, size, count);
        size += count;
        from += count;
        left -= count;
      }
    }

    /** What is left is the last part, which may be empty. */
    void finish() throws IOException {
      offer(new Downloaded(true, Arrays.copyOf(part, size)));
    }
  }
}
