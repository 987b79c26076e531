/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

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

  private McpWiring() {}
}
