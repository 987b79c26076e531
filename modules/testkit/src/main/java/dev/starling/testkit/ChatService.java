/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A service of a language model on a socket, as OpenAI's speaks, that answers as a test wants it
 * to; until told, it holds requests.
 */
public final class ChatService implements AutoCloseable {
  /** The key that its models are to be asked with. */
  public static final String KEY = "sk-hidden";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server = vertx.createHttpServer().requestHandler(this::handle);
  private final List<JsonObject> questions = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
  private volatile Consumer<HttpServerRequest> answer = held::add;
  private final int port;

  /** One that listens. */
  public ChatService() {
    port = LocalMesh.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> {
          heads.add(
              request.method() + " " + request.uri() + " " + request.getHeader("authorization"));
          questions.add(new JsonObject(body));
          answer.accept(request);
        });
  }

  /** Where it listens. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/v1/");
  }

  /** Every question so far. */
  public List<JsonObject> questions() {
    return questions;
  }

  /** Method, path and key of every question so far. */
  public List<String> heads() {
    return heads;
  }

  /** Says this to every question from now on. */
  public void says(String text) {
    answers(chat(text));
  }

  private static String chat(String text) {
    return JsonObject.of(
            "object",
            "chat.completion",
            "choices",
            JsonArray.of(
                JsonObject.of(
                    "index",
                    0,
                    "finish_reason",
                    "stop",
                    "message",
                    JsonObject.of("role", "assistant", "content", text))))
        .encode();
  }

  /** Answers with a body from now on. */
  public void answers(String body) {
    answer = request -> request.response().end(body);
  }

  /** Answers with a status from now on. */
  public void answers(int status) {
    answer = request -> request.response().setStatusCode(status).end("{}");
  }

  /** Answers a question that is held. */
  public void release(String text) {
    held.remove().response().end(chat(text));
  }

  /** Listens no more. */
  public void leave() {
    LocalMesh.await(server.close());
  }

  @Override
  public void close() {
    LocalMesh.await(vertx.close());
  }
}
