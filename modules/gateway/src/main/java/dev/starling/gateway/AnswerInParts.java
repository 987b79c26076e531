/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.DocumentPlaces.Place;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a request with a document part by part: the next one is asked for when the client has
 * taken the one before. The request's event loop only.
 */
final class AnswerInParts {
  /** A connection on which nothing ends for a while is closed: small writes end on slow lines. */
  private static final int WRITE = 32 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(AnswerInParts.class);

  private final RoutingContext call;
  private final Loop loop;
  private final DocumentPlaces places;
  private final AnswerParts parts;
  private final boolean isHead;
  private Place place = Place.NONE;
  private boolean isOver;
  private long length;

  AnswerInParts(RoutingContext call, DocumentPlaces places, AnswerParts parts) {
    this.call = call;
    this.loop = new Loop(call.vertx().getOrCreateContext());
    this.places = places;
    this.parts = parts;
    this.isHead = call.request().method().equals(HttpMethod.HEAD);
  }

  void start() {
    call.addEndHandler(ended -> end(ended.failed()));
    fetch(0);
  }

  private void fetch(int part) {
    parts.part(part).onComplete(answer -> loop.run(() -> answered(answer, part)));
  }

  private void answered(AsyncResult<Downloaded> answer, int part) {
    HttpServerResponse response = call.response();
    if (isOver || response.closed()) {
      LOG.debug("the caller went away after {} parts of a document", part);
      end(true);
    } else if (answer.succeeded()) {
      take(answer.result(), part);
    } else if (part == 0) {
      refuse(answer.cause());
    } else {
      // The status is told already: a body that ends too early says that something is missing.
      LOG.warn("a document of the graph broke off after {} parts", part, answer.cause());
      end(true);
      response.reset();
    }
  }

  /** Nothing was sent yet. */
  private void refuse(Throwable failure) {
    end(true);
    call.response().headers().remove("content-disposition");
    HttpReplies.refuse(call, failure);
  }

  private void take(Downloaded told, int part) {
    if (part == 0 && !told.isLast()) {
      try {
        place = places.enter(call.request());
      } catch (RefusalException refusal) {
        refuse(refusal);
        return;
      }
    }
    length += told.bytes().length;
    if (isHead) {
      count(told, part);
    } else {
      write(told, part);
    }
  }

  private void write(Downloaded told, int part) {
    HttpServerResponse response = call.response();
    if (part == 0) {
      sizeOf(response, told);
    }
    Buffer bytes = Buffer.buffer(told.bytes());
    for (int from = 0; from < bytes.length(); from += WRITE) {
      response.write(bytes.slice(from, Math.min(bytes.length(), from + WRITE)));
    }
    if (told.isLast()) {
      end(false);
      response.end();
    } else if (response.writeQueueFull()) {
      response.drainHandler(ignored -> {
        response.drainHandler(null); // it is called for each of the pieces that leave
        fetch(part + 1);
      });
    } else {
      fetch(part + 1);
    }
  }

  private static void sizeOf(HttpServerResponse response, Downloaded first) {
    if (first.isLast()) {
      response.putHeader("content-length", Integer.toString(first.bytes().length));
    } else {
      response.setChunked(true);
    }
  }

  /** Who asks for the head alone is told how long the document is. */
  private void count(Downloaded told, int part) {
    if (told.isLast()) {
      end(false);
      call.response().putHeader("content-length", Long.toString(length)).end();
    } else {
      fetch(part + 1);
    }
  }

  /** Nothing more is wanted, or there is nothing more: its place is another's at once. */
  private void end(boolean isTooEarly) {
    if (isOver) {
      return;
    }
    isOver = true;
    place.leave();
    if (isTooEarly) {
      parts.abandon();
    }
  }
}
