/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/** A service on a socket that answers requests for embeddings as a test wants it to. */
final class EmbeddingService {
  private final HttpServer server;
  private final List<JsonObject> questions = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> authorization = new AtomicReference<>("");
  private final AtomicReference<Runnable> held = new AtomicReference<>(() -> {});
  private volatile BiConsumer<HttpServerRequest, JsonObject> answer = this::hold;
  private int port;

  EmbeddingService(Vertx vertx) {
    this.server = vertx.createHttpServer().requestHandler(this::handle);
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> {
          JsonObject question = new JsonObject(body);
          authorization.set(String.valueOf(request.getHeader("authorization")));
          questions.add(question);
          answer.accept(request, question);
        });
  }

  int start() {
    port = LocalMesh.await(server.listen(0, "127.0.0.1")).actualPort();
    return port;
  }

  int port() {
    return port;
  }

  Future<Void> stop() {
    return server.close();
  }

  /** Every question so far. */
  List<JsonObject> questions() {
    return questions;
  }

  /** The header of the last question. */
  String authorization() {
    return authorization.get();
  }

  void answers(String body) {
    answer = (request, question) -> request.response().end(body);
  }

  void answers(int status) {
    answer = (request, question) -> request.response().setStatusCode(status).end();
  }

  void isSilent() {
    answer = (request, question) -> {};
  }

  private void hold(HttpServerRequest request, JsonObject question) {
    held.set(() -> request.response().end(lengths(question).toBuffer()));
  }

  /** Answers the question that came before any answer was set. */
  void answerHeld() {
    held.getAndSet(() -> {}).run();
  }

  /** Embeds each text by its length, and refuses requests with a text that holds {@code bad}. */
  void embedsLengths(String bad) {
    answer =
        (request, question) -> {
          boolean isBad =
              question.getJsonArray("input").stream()
                  .anyMatch(text -> text.toString().contains(bad));
          if (isBad) {
            request.response().setStatusCode(400).end();
          } else {
            request.response().end(lengths(question).toBuffer());
          }
        };
  }

  private static JsonObject lengths(JsonObject question) {
    JsonArray data = new JsonArray();
    for (Object text : question.getJsonArray("input")) {
      JsonArray values = JsonArray.of(text.toString().length(), 1);
      data.add(new JsonObject().put("embedding", values));
    }
    return new JsonObject().put("data", data);
  }
}
