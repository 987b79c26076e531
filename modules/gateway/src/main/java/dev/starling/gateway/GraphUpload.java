/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.DocumentPlaces.Place;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/**
 * Passes the body of a request on to who leads the graph, part by part: while one is on its way, no
 * more than one is gathered, and then the connection is not read. The request's event loop only.
 */
final class GraphUpload {
  /** Largest part that the bus takes. */
  static final int PART = 1 << 20;

  private final HttpServerRequest request;
  private final Loop loop;
  private final DocumentPlaces places;
  private final GraphLink link;
  private final GraphChange change;
  private final DocumentFormat format;
  private final String transfer = UUID.randomUUID().toString();
  private final Promise<RawJson> done = Promise.promise();
  private Place place = Place.NONE;
  private Buffer gathered = Buffer.buffer();
  private int parts;
  private boolean isOnItsWay;
  private boolean isWhole;

  private GraphUpload(
      RoutingContext call,
      DocumentPlaces places,
      GraphLink link,
      GraphChange change,
      DocumentFormat format) {
    this.request = call.request();
    this.loop = new Loop(call.vertx().getOrCreateContext());
    this.places = places;
    this.link = link;
    this.change = change;
    this.format = format;
  }

  /** Sends the body of a request that was paused; what was done by it. */
  static Future<RawJson> of(
      RoutingContext call,
      DocumentPlaces places,
      GraphLink link,
      GraphChange change,
      DocumentFormat format) {
    GraphUpload upload = new GraphUpload(call, places, link, change, format);
    upload.start();
    return upload.done.future().onComplete(done -> upload.place.leave());
  }

  /** Sends a document that is there already. */
  static Future<RawJson> of(GraphLink link, GraphChange change, byte[] json) {
    String transfer = UUID.randomUUID().toString();
    return link.send(new Upload(transfer, 0, true, change, DocumentFormat.JSON.word(), json))
        .map(GraphUpload::result);
  }

  private void start() {
    request.exceptionHandler(failure -> broken());
    request.handler(this::take);
    request.endHandler(ignored -> {
      isWhole = true;
      sendWhatIsThere();
    });
    request.resume();
  }

  private void broken() {
    if (!isWhole) {
      fail(
          new RefusalException(
              ErrorCode.INVALID_MESSAGE, "the body cannot be read as HTTP has it"));
    }
  }

  private void take(Buffer bytes) {
    if (done.future().isComplete()) {
      return;
    }
    gathered.appendBuffer(bytes);
    if (gathered.length() >= PART) {
      sendWhatIsThere();
    }
    if (isOnItsWay && gathered.length() >= PART) {
      request.pause();
    }
  }

  private void sendWhatIsThere() {
    boolean isEnough = isWhole || gathered.length() >= PART;
    if (isOnItsWay || !isEnough || done.future().isComplete()) {
      return;
    }
    int length = Math.min(PART, gathered.length());
    byte[] bytes = gathered.getBytes(0, length);
    gathered = gathered.getBuffer(length, gathered.length());
    boolean isLast = isWhole && gathered.length() == 0;
    if (parts == 0 && !isLast && !isLetIn()) {
      return;
    }
    isOnItsWay = true;
    link.send(new Upload(transfer, parts++, isLast, change, format.word(), bytes))
        .onComplete(answer -> loop.run(() -> answered(answer, isLast)));
  }

  /** Only a document of several parts waits for its client while it has a place. */
  private boolean isLetIn() {
    try {
      place = places.enter(request);
      return true;
    } catch (RefusalException refusal) {
      fail(refusal);
      return false;
    }
  }

  private void answered(AsyncResult<Uploaded> answer, boolean isLast) {
    isOnItsWay = false;
    if (answer.failed()) {
      fail(answer.cause());
    } else if (isLast) {
      done.tryComplete(result(answer.result()));
    } else {
      sendWhatIsThere();
      if (!isWhole && gathered.length() < PART) {
        request.resume();
      }
    }
  }

  private static RawJson result(Uploaded answer) {
    RawJson result = answer.result();
    if (result == null) {
      throw new RefusalException(
          ErrorCode.INTERNAL, "the last part of the document was taken for another one");
    }
    return result;
  }

  /** The rest of the body is read and thrown away, so that the client can read the refusal. */
  private void fail(Throwable failure) {
    gathered = Buffer.buffer();
    if (done.tryFail(failure) && parts > 0) {
      link.abandon(transfer);
    }
    passOver(request);
  }

  /** What is left of a body goes to whoever listened last. */
  static void passOver(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.resume();
    }
  }
}
