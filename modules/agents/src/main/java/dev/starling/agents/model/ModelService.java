/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A chat service over HTTP: a question, an answer. Redirects are not followed, since the secret
 * goes with the request. One event loop.
 */
final class ModelService {
  /** Answers of some thousand tokens are far below. */
  static final int MOST_BYTES = 64 << 10;

  private static final int CONNECT_MILLIS = 2_000;

  private final ModelConfig config;
  private final RequestOptions options;
  private final HttpClientAgent client;

  ModelService(Vertx vertx, ModelConfig config) {
    this.config = config;
    this.options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(address(config))
            .putHeader("content-type", "application/json");
    config.secret().ifPresent(secret -> options.putHeader("authorization", "Bearer " + secret));
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS))
            .with(new PoolOptions().setHttp1MaxSize(config.calls()))
            .build();
  }

  private static String address(ModelConfig config) {
    return config.url().toString().replaceFirst("/+$", "") + "/chat/completions";
  }

  /** What the model says; fails with a {@link ModelException}, in time. */
  Future<String> ask(Buffer question) {
    return new Exchange().run(question);
  }

  /** One call, which ends with its connection where it does not end well. */
  private final class Exchange {
    private @Nullable HttpClientRequest open;
    private boolean isOver;

    Future<String> run(Buffer question) {
      return client
          .request(new RequestOptions(options))
          .compose(request -> send(request, question))
          .compose(this::read)
          .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
          .recover(failure -> {
            end();
            return Future.failedFuture(said(failure));
          });
    }

    private Future<HttpClientResponse> send(HttpClientRequest request, Buffer question) {
      open = request;
      if (isOver) {
        end();
        return Future.failedFuture("nobody waits any more");
      }
      return request.send(question);
    }

    private Future<String> read(HttpClientResponse response) {
      if (response.statusCode() == 200) {
        return body(response).map(ChatJson::answer);
      }
      // That it is cut short is meant, and without this an error in the log.
      response.exceptionHandler(cut -> {});
      return Future.failedFuture(refused(response.statusCode()));
    }

    private void end() {
      isOver = true;
      HttpClientRequest request = open;
      if (request != null) {
        Future<?> _ = request.reset();
      }
    }
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(body));
    response.handler(part -> {
      if (body.length() + part.length() > MOST_BYTES) {
        whole.tryFail(
            new ModelException(ModelLack.UNUSABLE, "answered more than " + MOST_BYTES + " bytes"));
      } else {
        body.appendBuffer(part);
      }
    });
    return whole.future();
  }

  private static ModelException refused(int status) {
    String hint =
        switch (status) {
          case 401, 403 -> "; look at agents.model.secret or agents.model.secret-file";
          case 404 -> "; look at agents.model.url and agents.model.name";
          default -> "";
        };
    return new ModelException(ModelLack.REFUSED, "answered " + status + hint);
  }

  private ModelException said(Throwable failure) {
    return switch (failure) {
      case ModelException known -> known;
      case TimeoutException _ ->
          new ModelException(
              ModelLack.LATE, "did not answer within " + config.timeout().toMillis() + " ms");
      default ->
          new ModelException(ModelLack.UNREACHABLE, "cannot be asked: " + failure.getMessage());
    };
  }
}
