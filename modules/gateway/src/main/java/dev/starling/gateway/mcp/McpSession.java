/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client and the server agreed on, and what the client follows. What changed while the
 * client has no stream open is kept, once for each resource, until it opens one; what was told in a
 * stream that is over is told again in the next, since nobody knows whether it arrived. One loop
 * only.
 */
public final class McpSession {
  /** Resources that one session may follow at a time. */
  public static final int MOST_SUBSCRIPTIONS = 100;

  private final String id;
  private final Set<String> subscriptions = new LinkedHashSet<>();
  private final Set<String> changed = new LinkedHashSet<>();

  /** Resources that the stream, or where there is none the last one, told of. */
  private final Set<String> told = new LinkedHashSet<>();

  private final Map<Object, McpCall> running = new HashMap<>();
  private @Nullable EventStream stream;

  public McpSession(String id) {
    this.id = id;
  }

  /** Its name in the header {@code Mcp-Session-Id}; nobody guesses it. */
  public String id() {
    return id;
  }

  /** Takes a call among those that run; false where one of the same id runs. */
  public boolean begin(McpCall call) {
    return running.putIfAbsent(call.request().id(), call) == null;
  }

  /** A call is answered. */
  public void end(McpCall call) {
    running.remove(call.request().id(), call);
  }

  /** Calls that are not answered yet. */
  public int running() {
    return running.size();
  }

  /** The client takes a request back; nothing where it is answered already. */
  void cancel(@Nullable Object requestId) {
    McpCall call = running.get(requestId);
    if (call != null) {
      call.abandon();
    }
  }

  /** Whether the session follows a resource. */
  public boolean follows(String uri) {
    return subscriptions.contains(uri);
  }

  /**
   * Follows a resource.
   *
   * @throws RpcException where it follows as many as it may
   */
  void subscribe(String uri) {
    if (subscriptions.size() >= MOST_SUBSCRIPTIONS && !subscriptions.contains(uri)) {
      throw new RpcException(
          RpcException.INVALID_PARAMS,
          "a session follows at most " + MOST_SUBSCRIPTIONS + " resources; unsubscribe from one");
    }
    subscriptions.add(uri);
  }

  void unsubscribe(String uri) {
    subscriptions.remove(uri);
    changed.remove(uri);
    told.remove(uri);
  }

  /** A resource is not what it was; nothing where the session does not follow it. */
  public void changed(String uri) {
    if (subscriptions.contains(uri)) {
      changed.add(uri);
    }
  }

  /** Tells the client of what changed since the last time, where it has a stream open. */
  public void tell() {
    EventStream open = stream;
    if (open == null || changed.isEmpty()) {
      return;
    }
    List<String> all = List.copyOf(changed);
    changed.clear();
    told.addAll(all);
    for (String uri : all) {
      JsonObject params = new JsonObject().put("uri", uri);
      open.send(McpServer.notification("notifications/resources/updated", params));
    }
  }

  /** Whether the client has a stream open. */
  public boolean isListening() {
    return stream != null;
  }

  /** Takes the client's stream; a former one ends, since a client that comes anew has lost it. */
  public void listen(EventStream opened) {
    EventStream former = stream;
    stream = opened;
    changed.addAll(told);
    told.clear();
    if (former != null) {
      former.end();
    }
  }

  /** A stream is over. */
  public void left(EventStream closed) {
    if (stream == closed) {
      stream = null;
    }
  }

  /** Lets the client's stream show that it is alive. */
  public void ping() {
    if (stream != null) {
      stream.ping();
    }
  }

  /** Ends the stream and what still runs. */
  public void close() {
    List.copyOf(running.values()).forEach(McpCall::abandon);
    EventStream open = stream;
    stream = null;
    if (open != null) {
      open.end();
    }
  }
}
