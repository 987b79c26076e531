/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;

/** Answers what could not be decoded as a request, and ends its connection. Stateless. */
final class InvalidRequest {
  private InvalidRequest() {}

  static void answer(HttpServerRequest request) {
    SecurityHeaders.put(request.response(), request.isSSL());
    request.response().putHeader("connection", "close");
    switch (request.decoderResult().cause()) {
      case TooLongHttpLineException _ -> refuse(request, 414, "the request line is too long");
      case TooLongHttpHeaderException _ -> refuse(request, 431, "the headers are too long");
      case null, default -> refuse(request, 400, "the request is no valid HTTP");
    }
    request.connection().close();
  }

  private static void refuse(HttpServerRequest request, int status, String text) {
    HttpReplies.refuse(request, status, new RefusalException(ErrorCode.INVALID_MESSAGE, text));
  }
}
