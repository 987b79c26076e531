/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that come on other threads than their request's, over real HTTP. */
class HttpRepliesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private final List<Boolean> onOwnLoop = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    LocalMesh.await(vertx.close());
    assertThat(faults).isEmpty();
  }

  /** Serves {@code /} in the thread mode of a node, with what {@code asked} gives. */
  private int serve(Function<RoutingContext, Future<String>> asked) {
    Router routes = Router.router(vertx);
    routes
        .route("/")
        .handler(call -> {
          Loop loop = new Loop(vertx.getOrCreateContext());
          vertx.getOrCreateContext().exceptionHandler(faults::add);
          HttpReplies.answer(
              call,
              asked.apply(call),
              text -> {
                onOwnLoop.add(loop.isHere());
                HttpReplies.json(call, 200, json -> json.writeString(text));
              });
        });
    return LocalMesh.await(
            vertx
                .createHttpServer(new HttpServerOptions().setStrictThreadMode(true))
                .requestHandler(routes)
                .listen(0, "127.0.0.1"))
        .actualPort();
  }

  private static void elsewhere(Runnable task) {
    Thread.ofPlatform().start(task);
  }

  private static RawHttp.Answer get(int port) {
    return RawHttp.send(port, "GET", "/", "Host: 127.0.0.1:" + port);
  }

  @Test
  void anAnswerFromAnotherThreadLeavesOnTheRequestsLoop() {
    int port =
        serve(call -> {
          Promise<String> promise = Promise.promise();
          elsewhere(() -> promise.complete("done"));
          return promise.future();
        });
    RawHttp.Answer answer = get(port);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("\"done\"");
    assertThat(onOwnLoop).containsExactly(true);
  }

  @Test
  void aRefusalFromAnotherThreadHasItsStatusAndItsDetails() {
    int port =
        serve(call -> {
          Promise<String> promise = Promise.promise();
          RefusalException refusal =
              new RefusalException(ErrorCode.TIMEOUT, "too late", Map.of("role", "settings"));
          elsewhere(() -> promise.fail(refusal));
          return promise.future();
        });
    RawHttp.Answer answer = get(port);
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.error().getString("code")).isEqualTo("TIMEOUT");
    assertThat(answer.error().getJsonObject("details").getString("role")).isEqualTo("settings");
  }

  @Test
  void aFaultIsToldAsOneWithoutItsWords() {
    int port = serve(call -> Future.failedFuture(new IllegalStateException("of the house")));
    RawHttp.Answer answer = get(port);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.error().getString("code")).isEqualTo("INTERNAL");
    assertThat(answer.body()).doesNotContain("of the house");
  }

  @Test
  void anAnswerForACallerWhoLeftHarmsNobody() throws IOException {
    Promise<String> late = Promise.promise();
    List<RoutingContext> calls = new CopyOnWriteArrayList<>();
    int port =
        serve(call -> {
          calls.add(call);
          return late.future();
        });
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      eventually("it is asked", PATIENCE, () -> calls.size() == 1);
    }
    eventually("the caller left", PATIENCE, () -> calls.getFirst().response().closed());
    elsewhere(() -> late.complete("nobody hears"));
    eventually("it was answered all the same", PATIENCE, () -> onOwnLoop.size() == 1);
    assertThat(get(port).body()).isEqualTo("\"nobody hears\"");
  }
}
