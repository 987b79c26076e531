/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.mcp.McpServer;
import dev.starling.gateway.mcp.RpcException;
import dev.starling.gateway.mcp.RpcMessage;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * {@code /mcp}: the mesh as an MCP server over streamable HTTP. Reads requests on their own loop;
 * what they ask for is the host's.
 */
final class McpRoutes {
  private static final String MCP = "/mcp";
  private static final String VERSION = "mcp-protocol-version";

  private final McpHost host;
  private final ClientAddress clients;
  private final GatewayMetrics metrics;
  private final int maxMessage;
  private final Access access;

  McpRoutes(McpHost host, GatewayConfig config, GatewayMetrics metrics, Access access) {
    this.host = host;
    this.clients = new ClientAddress(config.access().trustedProxies());
    this.metrics = metrics;
    this.maxMessage = config.web().maxMessage();
    this.access = access;
  }

  void mount(Router routes) {
    routes.post(MCP).handler(access::identify).handler(JsonBodies::require);
    routes
        .post(MCP)
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(this::post)
        .failureHandler(JsonBodies::failed);
    routes.get(MCP).handler(access::identify).handler(this::listen);
    routes.delete(MCP).handler(access::identify).handler(this::leave);
  }

  private McpExchange exchange(RoutingContext call) {
    ClientKey client = ClientKey.of(clients.of(call.request()));
    McpExchange exchange = new McpExchange(call, metrics, client);
    host.came(exchange);
    return exchange;
  }

  private void post(RoutingContext call) {
    McpExchange exchange = exchange(call);
    if (!speaksOurs(call, exchange)) {
      return;
    }
    metrics.message();
    try {
      RpcMessage message = RpcMessage.of(call.body().buffer());
      host.loop().run(() -> host.take(exchange, message));
    } catch (RpcException error) {
      host.loop().run(() -> host.malformed(exchange, error));
    }
  }

  private void listen(RoutingContext call) {
    McpExchange exchange = exchange(call);
    if (!exchange.takesEvents()) {
      exchange.refuse(406, invalid("a GET opens the session's stream: accept text/event-stream"));
    } else if (speaksOurs(call, exchange)) {
      host.loop().run(() -> host.listen(exchange));
    }
  }

  private void leave(RoutingContext call) {
    McpExchange exchange = exchange(call);
    if (speaksOurs(call, exchange)) {
      host.loop().run(() -> host.leave(exchange));
    }
  }

  /** A client says with each request what it has agreed on; one that does not speaks an old one. */
  private static boolean speaksOurs(RoutingContext call, McpExchange exchange) {
    String version = call.request().getHeader(VERSION);
    if (version == null || McpServer.VERSIONS.contains(version)) {
      return true;
    }
    exchange.refuse(
        400,
        invalid("MCP-Protocol-Version: expected one of " + String.join(", ", McpServer.VERSIONS)));
    return false;
  }

  private static RefusalException invalid(String text) {
    return new RefusalException(ErrorCode.INVALID_MESSAGE, text);
  }
}
