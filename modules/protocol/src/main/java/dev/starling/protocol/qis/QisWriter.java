/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.qis.QisServerMessage.OutcomeAck;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import dev.starling.protocol.qis.QisServerMessage.QueryResult;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisServerMessage.Registered;
import dev.starling.protocol.qis.QisServerMessage.Similar;
import java.io.IOException;

/**
 * QIS replies as JSON: the reference's fields first and in its order, then the additions.
 * Stateless.
 */
public final class QisWriter {
  private QisWriter() {}

  /** The UTF-8 text of {@code message}. */
  public static byte[] bytes(QisServerMessage message) {
    return JsonOutput.bytes(json -> {
      json.writeStartObject();
      write(json, message);
      JsonOutput.raw(json, "id", message.id());
      json.writeEndObject();
    });
  }

  private static void write(JsonGenerator json, QisServerMessage message) throws IOException {
    switch (message) {
      case Registered registered -> registered(json, registered);
      case OutcomeAck ack -> ack(json, ack);
      case QueryResult result -> result(json, result);
      case Pong pong -> pong(json, pong);
      case Refused refused -> refused(json, refused.refusal());
    }
  }

  private static void registered(JsonGenerator json, Registered registered) throws IOException {
    json.writeStringField("type", "registered");
    json.writeStringField("agent_id", registered.agentId());
    json.writeNumberField("agent_count", registered.agentCount());
    json.writeNumberField("similarity_threshold", registered.similarityThreshold());
    json.writeStringField("gateway", registered.gateway());
  }

  private static void ack(JsonGenerator json, OutcomeAck ack) throws IOException {
    json.writeStringField("type", "outcome_ack");
    json.writeStringField("status", ack.status());
    json.writeStringField("outcome_id", ack.outcomeId());
    json.writeNumberField("matches_found", ack.routedTo().size());
    json.writeArrayFieldStart("routed_to");
    for (String agent : ack.routedTo()) {
      json.writeString(agent);
    }
    json.writeEndArray();
    if (ack.partial()) {
      json.writeBooleanField("partial", true);
    }
  }

  private static void result(JsonGenerator json, QueryResult result) throws IOException {
    json.writeStringField("type", "query_result");
    json.writeArrayFieldStart("agents");
    for (Similar agent : result.agents()) {
      json.writeStartObject();
      json.writeStringField("agent_id", agent.agentId());
      json.writeNumberField("similarity", agent.similarity());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void pong(JsonGenerator json, Pong pong) throws IOException {
    json.writeStringField("type", "pong");
    if (pong.timestamp() != null) {
      JsonOutput.raw(json, "timestamp", pong.timestamp());
      json.writeNumberField("serverTime", pong.serverTime());
    }
  }

  private static void refused(JsonGenerator json, RefusalException refusal) throws IOException {
    json.writeStringField("type", "error");
    json.writeStringField("code", refusal.code().name());
    json.writeStringField("message", refusal.text());
    json.writeFieldName("details");
    JsonOutput.object(json, refusal.details());
    json.writeStringField("error", refusal.text());
  }
}
