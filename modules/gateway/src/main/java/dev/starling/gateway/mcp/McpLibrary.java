/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import dev.starling.gateway.auth.Principal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What a client may read and follow. */
public interface McpLibrary {

  /**
   * A resource as clients list it; all are JSON.
   *
   * @param uri or, of many alike, their template (RFC 6570)
   */
  record Entry(String uri, String name, String title, String description) {
    JsonObject json(String member) {
      return new JsonObject()
          .put(member, uri)
          .put("name", name)
          .put("title", title)
          .put("description", description)
          .put("mimeType", "application/json");
    }
  }

  /** The resources that there always are. */
  List<Entry> resources();

  /** Those of which there are many. */
  List<Entry> templates();

  /** The one way to write what {@code uri} names; empty for what names no resource. */
  Optional<String> canonical(String uri);

  /**
   * What a resource is at this moment.
   *
   * @param uri as {@link #canonical} writes it
   * @throws dev.starling.protocol.RefusalException where the caller may not read it; or as failure
   */
  Future<JsonObject> read(String uri, Principal caller);

  /**
   * Refuses who may not follow a resource.
   *
   * @throws dev.starling.protocol.RefusalException FORBIDDEN
   */
  void mayFollow(Principal caller);
}
