/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Leader;
import dev.starling.fabric.Leadership;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.mesh.FabricMessage.NodeStatus;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Health, metrics and who is in the mesh: what every node serves, whatever its roles. */
final class OperationsRoutes {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final PrometheusMeterRegistry registry;
  private final Access access;

  OperationsRoutes(Mesh mesh, PrometheusMeterRegistry registry, Access access) {
    this.mesh = mesh;
    this.registry = registry;
    this.access = access;
  }

  void mount(Router routes) {
    HttpReplies.reading(routes, "/health/live").handler(this::live);
    HttpReplies.reading(routes, "/health/ready").handler(this::ready);
    HttpReplies.reading(routes, "/metrics")
        .handler(access.require(Permission.OBSERVE))
        .handler(this::metrics);
    HttpReplies.reading(routes, "/api/mesh")
        .handler(access.require(Permission.OBSERVE))
        .handler(this::mesh);
  }

  private void live(RoutingContext call) {
    HttpReplies.json(
        call,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("status", "live");
          json.writeEndObject();
        });
  }

  private void ready(RoutingContext call) {
    boolean ready = isReady();
    HttpReplies.json(
        call,
        ready ? 200 : 503,
        json -> {
          json.writeStartObject();
          json.writeStringField("status", ready ? "ready" : "not ready");
          json.writeBooleanField("joined", mesh.isMet());
          roles(json, mesh.view().me().roles());
          json.writeArrayFieldStart("missing");
          for (String one : missing()) {
            json.writeString(one);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** What keeps this node from being ready, or, where it is, of use; in words, each once. */
  private Set<String> missing() {
    Set<String> missing = new LinkedHashSet<>();
    if (!mesh.isMet()) {
      missing.add(
          mesh.everyMemberMet()
              ? "a member of cluster.join"
              : "an answer from every member of the cluster");
    }
    mesh.view().me().roles().stream()
        .filter(role -> !role.isReady())
        .forEach(role -> missing.add(role.role()));
    if (lacksRouter(mesh.view())) {
      missing.add("router");
    }
    return missing;
  }

  /** Whether agents cannot register here because no node of the mesh routes. */
  static boolean lacksRouter(View view) {
    return view.me().runs("gateway") && view.running("router").isEmpty();
  }

  private boolean isReady() {
    return mesh.isMet() && mesh.view().me().roles().stream().allMatch(RoleState::isReady);
  }

  private void metrics(RoutingContext call) {
    HttpReplies.end(
        call, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(registry.scrape()));
  }

  /** One node and how it says it is; no status where it did not answer. */
  private record Answer(NodeInfo node, List<RoleState> roles, Map<String, Long> figures) {
    OptionalLong figure(String name) {
      Long value = figures.get(name);
      return value == null || value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }

  private void mesh(RoutingContext call) {
    List<Future<Answer>> answers = new ArrayList<>();
    for (NodeInfo node : mesh.view().nodes().values()) {
      answers.add(ask(node));
    }
    Future.all(answers)
        .onSuccess(done -> write(call, done.list()))
        .onFailure(failure -> HttpReplies.refuse(call, failure));
  }

  private Future<Answer> ask(NodeInfo node) {
    Future<NodeStatus> status =
        node.id().equals(mesh.nodeId())
            ? Future.succeededFuture(mesh.status())
            : mesh.bus().request(Addresses.fabric(node.id()), new StatusQuery(), PATIENCE);
    return status
        .map(one -> new Answer(node, one.roles(), one.figures()))
        .otherwise(new Answer(node, node.roles(), Map.of()));
  }

  private void write(RoutingContext call, List<Answer> answers) {
    HttpReplies.json(
        call,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("mesh", mesh.name());
          json.writeStringField("node", mesh.nodeId());
          json.writeArrayFieldStart("nodes");
          for (Answer answer : answers) {
            node(json, answer);
          }
          json.writeEndArray();
          leaders(json, answers);
          totals(json, answers);
          json.writeEndObject();
        });
  }

  private static void node(JsonGenerator json, Answer answer) throws IOException {
    NodeInfo node = answer.node();
    json.writeStartObject();
    json.writeStringField("id", node.id());
    json.writeStringField("name", node.name());
    json.writeStringField("host", node.host());
    json.writeNumberField("httpPort", node.httpPort());
    json.writeNumberField("agentPort", node.agentPort());
    json.writeStringField("version", node.version());
    json.writeNumberField("startedAt", node.startedAt());
    json.writeBooleanField("answers", !answer.figures().isEmpty());
    roles(json, answer.roles());
    number(json, "agents", answer.figure("agents"));
    number(json, "sessions", answer.figure("sessions"));
    json.writeEndObject();
  }

  private static void roles(JsonGenerator json, List<RoleState> roles) throws IOException {
    json.writeArrayFieldStart("roles");
    for (RoleState role : roles) {
      json.writeStartObject();
      json.writeStringField("role", role.role());
      json.writeStringField("state", role.state().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Who says that it leads which role; of two, as while a split heals, the one in the later term.
   */
  private static void leaders(JsonGenerator json, List<Answer> answers) throws IOException {
    SortedMap<String, Leader> leaders = new TreeMap<>();
    for (Answer answer : answers) {
      for (RoleState role : answer.roles()) {
        answer
            .figure(Leadership.figure(role.role()))
            .ifPresent(term ->
                leaders.merge(
                    role.role(),
                    new Leader(answer.node().id(), answer.node().incarnation(), term),
                    BinaryOperator.maxBy(Comparator.naturalOrder())));
      }
    }
    json.writeObjectFieldStart("leaders");
    for (Map.Entry<String, Leader> leader : leaders.entrySet()) {
      json.writeObjectFieldStart(leader.getKey());
      json.writeStringField("node", leader.getValue().node());
      json.writeNumberField("term", leader.getValue().term());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** The whole mesh's counts since its present nodes started; null where nobody could tell. */
  private static void totals(JsonGenerator json, List<Answer> answers) throws IOException {
    OptionalLong agents = most(answers, "router.agents");
    json.writeObjectFieldStart("totals");
    number(json, "agents", agents);
    number(json, "outcomes", sum(answers, "router.outcomes"));
    number(json, "deliveries", sum(answers, "deliveries"));
    number(
        json,
        "pairsPossible",
        agents.isPresent()
            ? OptionalLong.of(agents.getAsLong() * (agents.getAsLong() - 1) / 2)
            : agents);
    number(json, "pairsActivated", most(answers, "router.pairs"));
    json.writeEndObject();
  }

  private static OptionalLong sum(List<Answer> answers, String figure) {
    return answers.stream()
        .map(answer -> answer.figure(figure))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .reduce(Long::sum);
  }

  private static OptionalLong most(List<Answer> answers, String figure) {
    return answers.stream()
        .map(answer -> answer.figure(figure))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .max();
  }

  private static void number(JsonGenerator json, String name, OptionalLong value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsLong());
    } else {
      json.writeNullField(name);
    }
  }
}
