/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets bodies through whose headers say that they are JSON in UTF-8, or not encoded. Stateless. */
final class JsonBodies {
  private static final Logger LOG = LoggerFactory.getLogger(JsonBodies.class);
  private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");
  private static final int UNSUPPORTED = 415;

  private JsonBodies() {}

  /** Passes the call on, or refuses it with what its headers should say. */
  static void require(RoutingContext call) {
    String type = header(call, HttpHeaders.CONTENT_TYPE);
    if (!isJson(type)) {
      refuse(call, "Content-Type", "application/json", type);
    } else if (!isUtf8(type)) {
      refuse(call, "Content-Type", "application/json in the charset utf-8", type);
    } else {
      requirePlain(call);
    }
  }

  /** Passes the call on, whatever its media type, or refuses it where its body is encoded. */
  static void requirePlain(RoutingContext call) {
    String encoding = header(call, HttpHeaders.CONTENT_ENCODING);
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      refuse(call, "Content-Encoding", "a body as it is (identity)", encoding);
    } else {
      call.next();
    }
  }

  private static String header(RoutingContext call, CharSequence name) {
    return Objects.requireNonNullElse(call.request().getHeader(name), "").strip();
  }

  /** Media types and the names of their parameters ignore case (RFC 9110, 8.3.1). */
  private static boolean isJson(String type) {
    return type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  private static boolean isUtf8(String type) {
    return Arrays.stream(type.split(";", -1))
        .map(String::strip)
        .filter(parameter -> parameter.regionMatches(true, 0, "charset=", 0, 8))
        .map(parameter -> parameter.substring(8).replace("\"", ""))
        .allMatch(charset -> UTF_8.stream().anyMatch(charset::equalsIgnoreCase));
  }

  private static void refuse(RoutingContext call, String header, String expected, String came) {
    String shown = came.isEmpty() ? "nothing" : came.substring(0, Math.min(came.length(), 80));
    HttpReplies.refuse(
        call,
        UNSUPPORTED,
        RefusalException.ofField(ErrorCode.INVALID_MESSAGE, header, expected, shown));
  }

  /** A body that could not be read to its end is its sender's fault, such as broken chunks. */
  static void failed(RoutingContext call) {
    Throwable failure = call.failure();
    if (failure == null || failure instanceof RefusalException || call.body().buffer() != null) {
      call.next();
      return;
    }
    LOG.debug("{}: the body cannot be read", call.request().path(), failure);
    HttpReplies.refuse(
        call,
        400,
        new RefusalException(ErrorCode.INVALID_MESSAGE, "the body cannot be read as HTTP has it"));
  }
}
