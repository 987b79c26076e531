/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a request with a document from who leads the graph, part by part: the next one is asked
 * for when the client has taken the one before. The request's event loop only.
 */
final class GraphDownload {
  private static final Logger LOG = LoggerFactory.getLogger(GraphDownload.class);

  private final RoutingContext call;
  private final Loop loop;
  private final GraphLink link;
  private final GraphSelection selection;
  private final String transfer = UUID.randomUUID().toString();
  private final boolean isHead;
  private long length;

  GraphDownload(RoutingContext call, Loop loop, GraphLink link, GraphSelection selection) {
    this.call = call;
    this.loop = loop;
    this.link = link;
    this.selection = selection;
    this.isHead = call.request().method().equals(HttpMethod.HEAD);
  }

  void start() {
    fetch(0);
  }

  private void fetch(int part) {
    link.fetch(new Download(transfer, part, selection))
        .onComplete(answer -> loop.run(() -> answered(answer, part)));
  }

  private void answered(AsyncResult<Downloaded> answer, int part) {
    HttpServerResponse response = call.response();
    if (response.closed()) {
      LOG.debug("the caller went away after {} parts of a document", part);
    } else if (answer.succeeded()) {
      write(response, answer.result(), part);
    } else if (part == 0) {
      response.headers().remove("content-disposition");
      HttpReplies.refuse(call, answer.cause());
    } else {
      // The status is told already: a body that ends too early says that something is missing.
      LOG.warn("a document of the graph broke off after {} parts", part, answer.cause());
      response.reset();
    }
  }

  private void write(HttpServerResponse response, Downloaded told, int part) {
    length += told.bytes().length;
    if (isHead) {
      count(response, told, part);
      return;
    }
    Buffer bytes = Buffer.buffer(told.bytes());
    if (told.isLast()) {
      response.end(bytes);
      return;
    }
    if (part == 0) {
      response.setChunked(true);
    }
    response.write(bytes);
    if (response.writeQueueFull()) {
      response.drainHandler(ignored -> fetch(part + 1));
    } else {
      fetch(part + 1);
    }
  }

  /** Who asks for the head alone is told how long the document is. */
  private void count(HttpServerResponse response, Downloaded told, int part) {
    if (told.isLast()) {
      response.putHeader("content-length", Long.toString(length)).end();
    } else {
      fetch(part + 1);
    }
  }
}
