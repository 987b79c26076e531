/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingException;
import dev.starling.vectors.EmbeddingException.Fault;
import dev.starling.vectors.EmbeddingSpace;
import io.vertx.core.Context;
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
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has a service embed that speaks as OpenAI's does: {@code POST {model, input}}, all texts of a
 * call in one request. Redirects are not followed, since the secret goes with the request. Blocks
 * its caller, which must not be an event loop.
 */
final class HttpEmbedder implements Embedder {
  private static final int BYTES_PER_NUMBER = 32;
  private static final int SPARE_BYTES = 64 << 10;
  private static final int CONNECT_MILLIS = 2_000;

  private final EmbedderConfig.Http config;
  private final HttpClientAgent client;

  /** One for everything: an answer is read where it arrives, or parts of it are missed. */
  private final Context loop;

  /** What came of a request. */
  private record Answer(int status, Buffer body) {}

  HttpEmbedder(Vertx vertx, EmbedderConfig.Http config) {
    this.config = config;
    this.loop = vertx.getOrCreateContext();
    this.client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS))
            .with(new PoolOptions().setHttp1MaxSize(1).setHttp2MaxSize(1))
            .build();
  }

  @Override
  public EmbeddingSpace space() {
    return config.space();
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    Answer answer = await(texts);
    if (answer.status() != 200) {
      throw refused(answer.status());
    }
    try {
      List<float[]> found =
          EmbeddingsJson.read(answer.body().getBytes(), texts.size(), config.space().dimension());
      found.forEach(UnitVector::scale);
      return found;
    } catch (IOException e) {
      throw failed("answered what is no list of embeddings: " + e.getMessage(), e);
    }
  }

  private Answer await(List<String> texts) {
    AtomicReference<@Nullable HttpClientRequest> open = new AtomicReference<>();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    loop.runOnContext(
        go -> ask(texts, open).onComplete(answer::complete, answer::completeExceptionally));
    try {
      return answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      cancel(open);
      throw failed("did not answer within " + config.timeout().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      cancel(open);
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failed("cannot be asked: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      cancel(open);
      Thread.currentThread().interrupt();
      throw failed("was not waited for", e);
    }
  }

  /** Ends a request that nobody waits for any more, and its connection. */
  private void cancel(AtomicReference<@Nullable HttpClientRequest> open) {
    loop.runOnContext(go -> {
      HttpClientRequest request = open.get();
      if (request != null) {
        request.reset();
      }
    });
  }

  private Future<Answer> ask(
      List<String> texts, AtomicReference<@Nullable HttpClientRequest> open) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(config.url().toString())
            .putHeader("content-type", "application/json");
    config.secret().ifPresent(secret -> options.putHeader("authorization", "Bearer " + secret));
    int limit = SPARE_BYTES + texts.size() * config.space().dimension() * BYTES_PER_NUMBER;
    Buffer question = Buffer.buffer(EmbeddingsJson.question(config.model(), texts));
    return client
        .request(options)
        .compose(request -> {
          open.set(request);
          return request.send(question);
        })
        .compose(
            response -> body(response, limit).map(all -> new Answer(response.statusCode(), all)));
  }

  private static Future<Buffer> body(HttpClientResponse response, int limit) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(body));
    response.handler(part -> {
      if (body.length() + part.length() > limit) {
        whole.tryFail(new IOException("more than " + limit + " bytes"));
      } else {
        body.appendBuffer(part);
      }
    });
    return whole.future();
  }

  /** What the service refuses because of one text must not fail the others beside it. */
  private EmbeddingException refused(int status) {
    return switch (status) {
      case 400, 413, 422 ->
          new EmbeddingException(Fault.TEXT, config.url() + " refuses a text with " + status, null);
      case 401, 403 ->
          failed("answered " + status + "; look at embedder.secret or embedder.secret-file", null);
      case 404 -> failed("answered 404; look at embedder.url and embedder.model", null);
      default -> failed("answered " + status, null);
    };
  }

  private EmbeddingException failed(String what, @Nullable Throwable cause) {
    return new EmbeddingException(Fault.EMBEDDER, config.url() + " " + what, cause);
  }

  @Override
  public void close() {
    client.close();
  }
}
