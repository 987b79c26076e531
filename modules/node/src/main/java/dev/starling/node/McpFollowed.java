/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a host follows, since a node that has lost its session has forgotten them.
 * Thread-safe.
 */
final class McpFollowed {
  /** A node lets a session follow no more. */
  private static final int MOST = 100;

  private final Set<String> uris = new LinkedHashSet<>();

  /** Takes note of what a node has granted. */
  synchronized void granted(JsonObject request) {
    String uri = uri(request);
    if (uri == null) {
      return;
    }
    switch (String.valueOf(request.getValue("method"))) {
      case "resources/subscribe" -> {
        if (uris.size() < MOST) {
          uris.add(uri);
        }
      }
      case "resources/unsubscribe" -> uris.remove(uri);
      default -> {}
    }
  }

  private static @Nullable String uri(JsonObject request) {
    return request.getValue("params") instanceof JsonObject params
            && params.getValue("uri") instanceof String uri
        ? uri
        : null;
  }

  /** Follows nothing any more. */
  synchronized void clear() {
    uris.clear();
  }

  /** All that are followed. */
  synchronized List<String> all() {
    return List.copyOf(uris);
  }

  /** What asks a node for one of them anew. */
  static JsonObject request(String uri) {
    return message("resources/subscribe", uri).put("id", "follow " + uri);
  }

  /** What a node says of one of them that is not what it was. */
  static JsonObject updated(String uri) {
    return message("notifications/resources/updated", uri);
  }

  private static JsonObject message(String method, String uri) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("method", method)
        .put("params", new JsonObject().put("uri", uri));
  }
}
