/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.mcp.JsonShape.anything;
import static dev.starling.gateway.mcp.JsonShape.flag;
import static dev.starling.gateway.mcp.JsonShape.list;
import static dev.starling.gateway.mcp.JsonShape.number;
import static dev.starling.gateway.mcp.JsonShape.object;
import static dev.starling.gateway.mcp.JsonShape.text;
import static dev.starling.gateway.mcp.JsonShape.whole;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.mcp.JsonShape;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.McpTool;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.qis.OutcomeEnvelope;
import dev.starling.protocol.qis.QisReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a session's agent says and hears. Gateway's loop only. */
final class McpOutcomeTools {
  private static final int USUAL = 20;
  private static final int MOST = 100;

  private final Gateway gateway;

  McpOutcomeTools(Gateway gateway) {
    this.gateway = gateway;
  }

  List<McpTool<McpVisit>> all() {
    return List.of(emit(), poll());
  }

  private McpTool<McpVisit> emit() {
    return new McpTool<>(
        "outcome_emit",
        "Emit an outcome",
        "Offers an outcome to every agent that it matters to: those whose fingerprint is like it. It"
            + " has this agent's own fingerprint unless one, or a profile, is given.",
        Permission.EMIT,
        false,
        JsonShape.EMPTY
            .with("payload", anything("what was found: any JSON"))
            .optional("outcome_id", text("its id, so that it counts once; made if missing"))
            .optional("confidence", number("how sure that is", 0, 1))
            .optional("profile", text("what it is about, in words"))
            .optional(
                "fingerprint",
                list("what it is about, in place of a profile", number("any finite number")))
            .optional("space", text("the space of the fingerprint; its dimensions if missing"))
            .optional("derived_from", list("ids of outcomes that it builds on", text("an id"))),
        JsonShape.EMPTY
            .with("status", text("routed, duplicate or expired"))
            .with("outcome_id", text("its id"))
            .with("matches_found", whole("agents that it reached"))
            .with("routed_to", list("ids of these agents, the most similar first", text("an id")))
            .with("partial", flag("whether a part of the mesh did not answer in time")),
        this::emit);
  }

  private Future<JsonObject> emit(McpVisit visit, McpCall call, JsonObject arguments) {
    Held mine = visit.registered().registration();
    JsonObject packet = arguments.copy();
    Object profile = packet.remove("profile");
    long accepted = gateway.clock().now();
    return meant(packet, profile)
        .compose(
            meant -> gateway.deposit(mine, QisReader.packet(meant.toBuffer().getBytes()), accepted))
        .map(McpOutcomeTools::acknowledged);
  }

  /** The packet with the fingerprint of the text in place of the text. */
  private Future<JsonObject> meant(JsonObject packet, @Nullable Object profile) {
    if (profile == null) {
      return Future.succeededFuture(packet);
    }
    if (packet.getValue("fingerprint") != null) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "profile", "a fingerprint or a profile", "both");
    }
    return gateway
        .fingerprint("outcome_emit", profile.toString())
        .map(found -> {
          JsonArray values = new JsonArray();
          for (float value : found.values()) {
            values.add(value);
          }
          return packet.put("fingerprint", values).put("space", found.space());
        });
  }

  private static JsonObject acknowledged(Routed routed) {
    return new JsonObject()
        .put("status", routed.status().name().toLowerCase(Locale.ROOT))
        .put("outcome_id", routed.outcomeId())
        .put("matches_found", routed.routedTo().size())
        .put("routed_to", routed.routedTo())
        .put("partial", routed.partial());
  }

  private McpTool<McpVisit> poll() {
    return new McpTool<>(
        "outcome_poll",
        "Receive outcomes",
        "The outcomes that reached this session's agent. Give back the cursor of the last answer as"
            + " since: what is up to it is then let go. Without it, goes on behind the last answer."
            + " Where known is false the node does not know that cursor, since it, or this agent, has"
            + " begun anew since: nothing was let go, and what waited there is lost.",
        Permission.EMIT,
        false,
        JsonShape.EMPTY
            .optional("since", text("the cursor of an earlier answer"))
            .optional("limit", whole("most outcomes, by default " + USUAL, 1, MOST))
            .optional(
                "wait_ms",
                whole("how long to wait for the first", 0, TaskMessage.MOST_WAIT_MILLIS)),
        JsonShape.EMPTY
            .with("packets", list("outcomes, the oldest first", arrived().json()))
            .with("cursor", text("to be given as since the next time"))
            .with("dropped", whole("outcomes behind since that were not kept for want of room"))
            .with("known", flag("false where since is of an inbox that is not this one")),
        this::poll);
  }

  private static JsonShape arrived() {
    return JsonShape.EMPTY
        .with("packet", object("the outcome, with its source_agent"))
        .with("similarity", number("its cosine to the agent's fingerprint"))
        .with("position", whole("its place among what reached the agent"));
  }

  private Future<JsonObject> poll(McpVisit visit, McpCall call, JsonObject arguments) {
    McpAgent agent = visit.registered();
    McpInbox inbox = agent.inbox();
    String since = arguments.getString("since");
    boolean isKnown = release(agent, since == null ? null : McpCursor.of(since));
    return agent
        .waiters()
        .await(
            () -> !inbox.isEmpty() || agent.held() == null,
            arguments.getLong("wait_ms", 0L),
            call.abandoned())
        .map(ignored -> told(agent, call, arguments.getInteger("limit", USUAL)))
        .map(answer -> answer.put("known", isKnown));
  }

  /** Lets go of what the client has; of nothing, and false, where it tells of another inbox. */
  private static boolean release(McpAgent agent, @Nullable McpCursor since) {
    McpInbox inbox = agent.inbox();
    if (since == null) {
      inbox.release(agent.told());
      return true;
    }
    if (!since.inbox().equals(inbox.name())) {
      return false;
    }
    if (since.position() > inbox.last()) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          "since",
          "the cursor of an earlier answer, or nothing",
          since.toString());
    }
    inbox.release(since.position());
    return true;
  }

  /** What is told to nobody counts as not told. */
  private static JsonObject told(McpAgent agent, McpCall call, int limit) {
    agent.registration();
    McpInbox inbox = agent.inbox();
    List<McpInbox.Entry> found = inbox.first(limit);
    long last = found.isEmpty() ? inbox.last() : found.getLast().position();
    if (!call.abandoned().isComplete()) {
      agent.told(last);
    }
    JsonArray packets = new JsonArray();
    found.forEach(entry ->
        packets.add(
            new JsonObject()
                .put("packet", new JsonObject(Buffer.buffer(entry.packet().bytes())))
                .put("similarity", OutcomeEnvelope.rounded(entry.similarity()))
                .put("position", entry.position())));
    return new JsonObject()
        .put("packets", packets)
        .put("cursor", new McpCursor(inbox.name(), last).toString())
        .put("dropped", inbox.missing());
  }
}
