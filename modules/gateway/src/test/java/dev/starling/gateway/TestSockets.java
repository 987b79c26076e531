/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.socket.Frame;
import dev.starling.gateway.socket.ReassemblyBudget;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketListener;
import dev.starling.gateway.socket.SocketSettings;
import dev.starling.gateway.socket.Turns;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Sockets on a server of the test's own, without the gateway's door. */
final class TestSockets {
  private static final int MAX_FRAME = 1 << 20;

  private TestSockets() {}

  /** Makes a socket of every request; it waits as long as a test takes for an answer to a close. */
  static Handler<HttpServerRequest> opening(
      Vertx vertx, Compression compression, Consumer<Socket> opened) {
    return opening(vertx, compression, System::nanoTime, opened);
  }

  /** The same by another clock. */
  static Handler<HttpServerRequest> opening(
      Vertx vertx, Compression compression, LongSupplier clock, Consumer<Socket> opened) {
    return opening(vertx, compression, new ReassemblyBudget(Long.MAX_VALUE), clock, opened);
  }

  /** The same with a bound of what unfinished messages take. */
  static Handler<HttpServerRequest> opening(
      Vertx vertx,
      Compression compression,
      ReassemblyBudget unfinished,
      LongSupplier clock,
      Consumer<Socket> opened) {
    return request -> {
      Loop loop = new Loop(vertx.getOrCreateContext());
      SocketSettings settings =
          new SocketSettings(Duration.ofHours(1), loop::dispatch, new Turns(), unfinished, clock);
      SocketUpgrade.open(request, compression, settings, opened);
    };
  }

  /** Hears only the end. */
  static SocketListener onEnd(Runnable ended) {
    return new SocketListener() {
      @Override
      public void received() {}

      @Override
      public int mostPayload() {
        return MAX_FRAME;
      }

      @Override
      public long weight(Frame frame) {
        return frame.payload().length;
      }

      @Override
      public int frame(Frame frame) {
        return frame.payload().length;
      }

      @Override
      public long unfinished() {
        return 0;
      }

      @Override
      public void evicted() {}

      @Override
      public void unread() {}

      @Override
      public void drained() {}

      @Override
      public void failed(Throwable failure) {}

      @Override
      public void closed() {
        ended.run();
      }
    };
  }
}
