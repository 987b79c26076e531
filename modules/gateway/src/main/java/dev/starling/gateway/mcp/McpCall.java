/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import dev.starling.gateway.auth.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request while it is answered. Of the loop that its session belongs to. */
public final class McpCall {
  private final RpcMessage.Request request;
  private final Principal caller;
  private final @Nullable Consumer<JsonObject> notifications;
  private final Promise<Void> abandoned = Promise.promise();

  /**
   * A request.
   *
   * @param caller who asks, as the token of this very request says
   * @param notifications takes what is told before the answer; null where nothing can be
   */
  public McpCall(
      RpcMessage.Request request, Principal caller, @Nullable Consumer<JsonObject> notifications) {
    this.request = request;
    this.caller = caller;
    this.notifications = notifications;
  }

  /** What is asked. */
  public RpcMessage.Request request() {
    return request;
  }

  /** Who asks. */
  public Principal caller() {
    return caller;
  }

  /** The client wants no answer any more, or is gone. */
  public void abandon() {
    abandoned.tryComplete();
  }

  /** Completes once nobody wants an answer any more. */
  public Future<Void> abandoned() {
    return abandoned.future();
  }

  /** Whether the client wants to hear how far the answer is, and can. */
  public boolean wantsProgress() {
    return notifications != null && progressToken(request) != null;
  }

  /** What the client calls its wait for this request; null where it does not want to hear of it. */
  public static @Nullable Object progressToken(RpcMessage.Request request) {
    return request.params().getValue("_meta") instanceof JsonObject meta
        ? meta.getValue("progressToken")
        : null;
  }

  /**
   * Tells the client how far it is.
   *
   * @param progress of 100; more than the last time
   * @param words null for none
   */
  public void progress(double progress, @Nullable String words) {
    if (notifications == null) {
      return;
    }
    JsonObject params =
        new JsonObject()
            .put("progressToken", progressToken(request))
            .put("progress", progress)
            .put("total", 100);
    if (words != null) {
      params.put("message", words);
    }
    notifications.accept(McpServer.notification("notifications/progress", params));
  }
}
