/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What every connection gives to the MCP SDK alike. */
final class McpWiring {
  static final ObjectMapper MAPPER = JsonMapper.builder().build();
  static final McpJsonMapper SDK_MAPPER = new JacksonMcpJsonMapper(MAPPER);

  /** Oldest first, as the SDK wants it; the last one is offered. */
  static final List<String> PROTOCOL_VERSIONS =
      List.of(
          ProtocolVersions.MCP_2024_11_05,
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);

  /** Where the SDK works for us: it blocks now and then, which an event loop must not. */
  static final Scheduler VIRTUAL = Schedulers.fromExecutor(Thread::startVirtualThread);

  /**
   * Answers are read leniently, so nothing is validated against the schemas of servers; reading the
   * meta-schemas for that takes as long as all else of a connection.
   */
  static final JsonSchemaValidator NO_VALIDATION =
      (schema, content) -> ValidationResponse.asValid("");

  static final Implementation CLIENT = Implementation.builder("starling", "0.1.0").build();

  private static final String ID = "request-id";

  private McpWiring() {}

  /** Has it told in {@code id} under which id the SDK sends a request, which it tells nobody. */
  static Context telling(CompletableFuture<Object> id) {
    return Context.of(ID, id);
  }

  /**
   * A transport sends a message.
   *
   * @param told the context of whoever wants it sent
   */
  static void sent(JSONRPCMessage message, ContextView told) {
    if (message instanceof JSONRPCRequest request) {
      told.<CompletableFuture<Object>>getOrEmpty(ID).ifPresent(id -> id.complete(request.id()));
    }
  }
}
