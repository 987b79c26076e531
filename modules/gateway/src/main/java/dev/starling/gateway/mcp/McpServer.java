/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a client may ask of an MCP server. Of the loop that sessions belong to.
 *
 * @param <V> what the server knows of a client
 */
public final class McpServer<V> {
  /** The versions of the protocol that are spoken here, the latest first. */
  public static final List<String> VERSIONS =
      List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

  private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);
  private static final Set<ErrorCode> OF_NO_THING =
      Set.of(ErrorCode.AGENT_NOT_FOUND, ErrorCode.TASK_NOT_FOUND, ErrorCode.NODE_NOT_FOUND);

  private final JsonObject introduction;
  private final Map<String, McpTool<V>> tools = new LinkedHashMap<>();
  private final McpLibrary library;
  private final Meter meter;
  private final Map<String, McpPrompt> prompts = new LinkedHashMap<>();

  /**
   * What a server says of itself.
   *
   * @param name for programs
   * @param title for people
   * @param version of the program
   * @param instructions for the model, about how the tools belong together
   */
  public record Identity(String name, String title, String version, String instructions) {}

  /** Counts calls of tools. */
  @FunctionalInterface
  public interface Meter {
    /** A tool was called, and did what was asked or refused it. */
    void called(String tool, boolean isRefused);
  }

  /** A server. */
  public McpServer(
      Identity identity,
      List<McpTool<V>> tools,
      McpLibrary library,
      List<McpPrompt> prompts,
      Meter meter) {
    this.introduction = introduction(identity);
    this.library = library;
    this.meter = meter;
    tools.forEach(tool -> this.tools.put(tool.name(), tool));
    prompts.forEach(prompt -> this.prompts.put(prompt.name(), prompt));
  }

  private static JsonObject introduction(Identity identity) {
    return new JsonObject()
        .put(
            "capabilities",
            new JsonObject()
                .put("tools", new JsonObject())
                .put("resources", new JsonObject().put("subscribe", true))
                .put("prompts", new JsonObject()))
        .put(
            "serverInfo",
            new JsonObject()
                .put("name", identity.name())
                .put("title", identity.title())
                .put("version", identity.version()))
        .put("instructions", identity.instructions());
  }

  /**
   * What a client is told that begins: the version that it asked for where that is spoken here,
   * else the latest.
   *
   * @throws RpcException where it does not say which version it speaks
   */
  public JsonObject initialise(JsonObject params) {
    if (!(params.getValue("protocolVersion") instanceof String asked)) {
      throw invalid("protocolVersion: expected one of " + String.join(", ", VERSIONS));
    }
    String version = VERSIONS.contains(asked) ? asked : VERSIONS.getFirst();
    return new JsonObject().put("protocolVersion", version).mergeIn(introduction.copy());
  }

  /** Takes what is not answered. */
  public void take(McpSession session, RpcMessage.Notification notification) {
    if (notification.method().equals("notifications/cancelled")) {
      session.cancel(notification.params().getValue("requestId"));
    }
  }

  /**
   * Answers a request.
   *
   * @return the result; else an {@link RpcException}
   */
  public Future<JsonObject> answer(V visitor, McpSession session, McpCall call) {
    try {
      return answered(visitor, session, call)
          .recover(failure -> Future.failedFuture(told(failure)));
    } catch (RuntimeException e) {
      return Future.failedFuture(told(e));
    }
  }

  private Future<JsonObject> answered(V visitor, McpSession session, McpCall call) {
    JsonObject params = call.request().params();
    return switch (call.request().method()) {
      case "ping" -> Future.succeededFuture(new JsonObject());
      case "tools/list" -> listed("tools", tools.values().stream().map(McpTool::json).toList());
      case "tools/call" -> tool(visitor, call, params);
      case "resources/list" ->
          listed("resources", library.resources().stream().map(one -> one.json("uri")).toList());
      case "resources/templates/list" ->
          listed(
              "resourceTemplates",
              library.templates().stream().map(one -> one.json("uriTemplate")).toList());
      case "resources/read" -> read(call, params);
      case "resources/subscribe" -> {
        library.mayFollow(call.caller());
        session.subscribe(resource(params));
        yield Future.succeededFuture(new JsonObject());
      }
      case "resources/unsubscribe" -> {
        session.unsubscribe(resource(params));
        yield Future.succeededFuture(new JsonObject());
      }
      case "prompts/list" ->
          listed("prompts", prompts.values().stream().map(McpPrompt::json).toList());
      case "prompts/get" -> prompt(params);
      default ->
          throw new RpcException(
              RpcException.METHOD_NOT_FOUND, "no method is called " + call.request().method());
    };
  }

  private static Future<JsonObject> listed(String name, List<JsonObject> all) {
    return Future.succeededFuture(new JsonObject().put(name, new JsonArray(all)));
  }

  private Future<JsonObject> tool(V visitor, McpCall call, JsonObject params) {
    McpTool<V> tool = tools.get(String.valueOf(params.getValue("name")));
    if (tool == null) {
      throw invalid("name: expected one of " + String.join(", ", tools.keySet()));
    }
    JsonObject arguments =
        switch (params.getValue("arguments")) {
          case null -> new JsonObject();
          case JsonObject given -> given;
          default -> throw invalid("arguments: expected an object");
        };
    return done(tool, visitor, call, arguments)
        .map(McpServer::result)
        .recover(McpServer::refused)
        .onSuccess(result -> meter.called(tool.name(), result.getBoolean("isError")));
  }

  private Future<JsonObject> done(McpTool<V> tool, V visitor, McpCall call, JsonObject arguments) {
    try {
      call.caller().require(tool.permission());
      JsonObject given = Arguments.checked(tool.input().json(), arguments);
      return tool.work().of(visitor, call, given);
    } catch (RefusalException refusal) {
      return Future.failedFuture(refusal);
    }
  }

  /** The same as structure and, for models that only see text, as text. */
  private static JsonObject result(JsonObject structure) {
    return content(structure.encode()).put("structuredContent", structure).put("isError", false);
  }

  /** What the model can do something about is a result that says so, as MCP wants it. */
  private static Future<JsonObject> refused(Throwable failure) {
    return failure instanceof RefusalException refusal
        ? Future.succeededFuture(
            content(refusal.code() + ": " + refusal.text()).put("isError", true))
        : Future.failedFuture(failure);
  }

  private static JsonObject content(String text) {
    JsonObject block = new JsonObject().put("type", "text").put("text", text);
    return new JsonObject().put("content", new JsonArray().add(block));
  }

  private Future<JsonObject> read(McpCall call, JsonObject params) {
    String uri = resource(params);
    return library
        .read(uri, call.caller())
        .map(found -> {
          JsonObject contents =
              new JsonObject()
                  .put("uri", uri)
                  .put("mimeType", "application/json")
                  .put("text", found.encode());
          return new JsonObject().put("contents", new JsonArray().add(contents));
        });
  }

  private String resource(JsonObject params) {
    String uri = String.valueOf(params.getValue("uri"));
    return library.canonical(uri).orElseThrow(() -> missing("no resource is called " + uri, uri));
  }

  private static RpcException missing(String text, @Nullable String uri) {
    JsonObject data = uri == null ? null : new JsonObject().put("uri", uri);
    return new RpcException(RpcException.RESOURCE_NOT_FOUND, text, data);
  }

  private Future<JsonObject> prompt(JsonObject params) {
    McpPrompt prompt = prompts.get(String.valueOf(params.getValue("name")));
    if (prompt == null) {
      throw invalid("name: expected one of " + String.join(", ", prompts.keySet()));
    }
    Map<String, String> given = new LinkedHashMap<>();
    if (params.getValue("arguments") instanceof JsonObject arguments) {
      arguments.forEach(argument -> {
        if (argument.getValue() instanceof String text && !text.isBlank()) {
          given.put(argument.getKey(), text);
        }
      });
    }
    return Future.succeededFuture(prompt.filled(given));
  }

  private static RpcException invalid(String text) {
    return new RpcException(RpcException.INVALID_PARAMS, text);
  }

  /** A failure in the words of JSON-RPC. */
  private static RpcException told(Throwable failure) {
    return switch (failure) {
      case RpcException known -> known;
      case RefusalException refusal when OF_NO_THING.contains(refusal.code()) ->
          missing(refusal.text(), null);
      case RefusalException refusal ->
          new RpcException(
              RpcException.REFUSED,
              refusal.text(),
              new JsonObject().put("code", refusal.code().name()));
      default -> {
        LOG.error("a call by MCP failed", failure);
        yield new RpcException(RpcException.INTERNAL_ERROR, "the gateway failed on this call");
      }
    };
  }

  /** A message that is not answered. */
  static JsonObject notification(String method, JsonObject params) {
    return new JsonObject().put("jsonrpc", "2.0").put("method", method).put("params", params);
  }
}
