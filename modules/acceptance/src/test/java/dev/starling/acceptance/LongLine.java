/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another address of this machine, to be a node's {@code cluster.public-host}: what others send to
 * the node arrives a while later, as if it were far away, however fast the machine is.
 */
final class LongLine {
  static final String HOST = "127.0.0.9";
  private static final long DELAY_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final NetClient client;

  LongLine(Vertx vertx) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
  }

  /** Serves these ports, as the node does, until its Vert.x is closed. */
  void serve(List<Integer> ports) {
    Future.all(ports.stream().map(this::serve).toList())
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private Future<NetServer> serve(int port) {
    return vertx
        .createNetServer(new NetServerOptions().setHost(HOST).setPort(port))
        .connectHandler(from -> {
          from.pause();
          client
              .connect(port, "127.0.0.1")
              .onSuccess(to -> join(from, to))
              .onFailure(failure -> end(from));
        })
        .listen();
  }

  private void join(NetSocket from, NetSocket to) {
    from.handler(bytes -> later(() -> to.write(bytes).onFailure(failure -> end(from))));
    from.closeHandler(closed -> later(() -> end(to)));
    to.handler(bytes -> from.write(bytes).onFailure(failure -> end(to)));
    to.closeHandler(closed -> end(from));
    from.resume();
  }

  /** In the order of the calls: timers of one delay fire in the order in which they were set. */
  private void later(Runnable work) {
    vertx.setTimer(DELAY_MILLIS, timer -> work.run());
  }

  private static void end(NetSocket socket) {
    socket.close().onFailure(failure -> Measured.note("a line did not close: " + failure));
  }
}
