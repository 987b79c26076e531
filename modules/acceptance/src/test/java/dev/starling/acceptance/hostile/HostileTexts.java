/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Text messages: those that clients of both dialects send, with something wrong with most of them.
 * Their bytes need not be JSON, nor UTF-8.
 */
final class HostileTexts {
  private static final List<String> TYPES =
      List.of(
          "ping",
          "register",
          "outcome",
          "query",
          "subscribe",
          "unsubscribe",
          "settings",
          "settings_batch",
          "graph_interaction",
          "agent_control",
          "agent_spawn",
          "task_submit",
          "task_cancel",
          "task_report",
          "voice_command",
          "voice_start",
          "voice_stop");

  private static final List<String> EVENTS =
      List.of(
          "positions",
          "graph_update",
          "simulation_state",
          "agent_status",
          "task_progress",
          "gpu_analytics",
          "anomaly_detected",
          "system_event",
          "settings_updated",
          "outcome_routed");

  private static final List<String> ACTIONS =
      List.of(
          "node_selected",
          "node_drag_start",
          "node_drag",
          "node_drag_end",
          "node_pin",
          "pause",
          "resume",
          "stop",
          "restart",
          "NODE_DRAG",
          "");

  /** Of the router's only those at whose every value bystanders still reach each other. */
  private static final List<String> PATHS =
      List.of(
          "visualisation.physics.springK",
          "visualisation.physics.damping",
          "visualisation.nodes.size",
          "visualisation.nodes.sizeBy",
          "visualisation.rendering.background",
          "visualisation.rendering.bloom",
          "visualisation.physics.springk",
          "visualisation.physics.toString",
          "router.maxHops",
          "router.similarityThreshold",
          "a..b",
          ".",
          "a",
          "a.",
          "__proto__.x",
          "constructor.name",
          "../../etc/passwd",
          "a.b\\u0000",
          "\\ud800.a",
          "A.B",
          "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p");

  private static final int MOST_FREE_PATHS = 60;
  private static final int MOST_AGENTS = 300;

  private final RandomGenerator random;
  private final HostileValues values;

  HostileTexts(RandomGenerator random) {
    this.random = random;
    this.values = new HostileValues(random);
  }

  /** A member of an object, its value as JSON. */
  private record Member(String name, String value) {
    @Override
    public String toString() {
      return "\"" + name + "\":" + value;
    }
  }

  /** Any message but {@code auth}. */
  byte[] message() {
    String type = values.pick(TYPES);
    return spoilt(type, members(type));
  }

  /** A registration with nothing wrong, so that outcomes behind it get farther. */
  byte[] register() {
    Member id = new Member("agent_id", quoted("h" + random.nextInt(MOST_AGENTS)));
    Member type = new Member("type", quoted("register"));
    Member near = new Member("fingerprint", "[1,1,-0.5]");
    return object(List.of(type, id, near, new Member("space", quoted("hostile")))).getBytes(UTF_8);
  }

  /** A message that may end the session, since its token is none. */
  byte[] auth() {
    List<Member> members = new ArrayList<>();
    members.add(new Member("token", values.once(2) ? values.value() : quoted("a.b.c")));
    members.add(new Member("pubkey", values.value()));
    return spoilt("auth", members);
  }

  private byte[] spoilt(String type, List<Member> members) {
    List<Member> all = new ArrayList<>(members);
    all.addFirst(new Member("type", quoted(type)));
    if (values.once(3)) {
      all.add(new Member("id", values.once(2) ? values.value() : quoted("m")));
    }
    if (values.once(4)) {
      return object(all).getBytes(UTF_8);
    }
    String text = object(wrong(all));
    return values.once(5) ? broken(text) : text.getBytes(UTF_8);
  }

  /** Members of which one is missing, twice there, of another kind, or as it should be. */
  private List<Member> wrong(List<Member> members) {
    List<Member> all = new ArrayList<>(members);
    int at = random.nextInt(all.size());
    Member one = all.get(at);
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> all.set(at, new Member(one.name(), values.value()));
      case 3 -> all.remove(at);
      case 4 -> all.add(new Member(one.name(), values.value()));
      case 5 -> all.add(random.nextInt(all.size()), new Member(values.name(), values.value()));
      case 6 -> Collections.shuffle(all, new Random(random.nextLong()));
      case 7 -> all.set(at, new Member(values.name(), one.value()));
      default -> {}
    }
    return all;
  }

  private static String object(List<Member> members) {
    return members.stream().map(Member::toString).collect(Collectors.joining(",", "{", "}"));
  }

  /** Text that is an object no more, or hides one. */
  private byte[] broken(String text) {
    return switch (random.nextInt(12)) {
      case 0 -> ("\ufeff" + text).getBytes(UTF_8);
      case 1 ->
          (text + values.pick(List.of("x", text, "\u0000", "]", ",", " \n\t"))).getBytes(UTF_8);
      case 2 -> ("[" + text + "]").getBytes(UTF_8);
      case 3 -> values.value().getBytes(UTF_8);
      case 4 -> (" ".repeat(random.nextInt(2_000)) + text).getBytes(UTF_8);
      case 5 -> text.replace('"', '\'').getBytes(UTF_8);
      case 6 -> text.substring(0, random.nextInt(text.length())).getBytes(UTF_8);
      case 7 -> text.replace(":", ":/*c*/").getBytes(UTF_8);
      case 8 -> text.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
      default -> flipped(text.getBytes(UTF_8));
    };
  }

  /** Some bytes changed, taken out or put in, anywhere. */
  private byte[] flipped(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < bytes.length; i++) {
      if (changes == 0 || random.nextInt(bytes.length) > changes) {
        out.write(bytes[i]);
        continue;
      }
      changes--;
      switch (random.nextInt(3)) {
        case 0 -> out.write(random.nextInt(256));
        case 1 -> {
          out.write(bytes[i]);
          out.write(random.nextInt(128));
        }
        default -> {}
      }
    }
    return out.toByteArray();
  }

  private List<Member> members(String type) {
    return switch (type) {
      case "ping" -> List.of(new Member("timestamp", values.once(2) ? values.value() : "1"));
      case "register" -> List.of(agent("agent_id"), fingerprint(), space(), meta());
      case "outcome" -> List.of(new Member("packet", object(wrong(packet()))));
      case "query" -> List.of(fingerprint(), space(), new Member("limit", values.value()));
      case "subscribe", "unsubscribe" -> List.of(new Member("events", events()));
      case "settings" -> setting();
      case "settings_batch" -> List.of(new Member("updates", "[" + updates() + "]"));
      case "graph_interaction" ->
          List.of(action(), agent("nodeId"), new Member("position", position()));
      case "agent_control" -> List.of(action(), agent("agentId"));
      case "agent_spawn" ->
          List.of(new Member("kind", values.value()), new Member("name", values.value()));
      case "task_submit" -> task();
      case "task_cancel" -> List.of(agent("taskId"));
      case "task_report" ->
          List.of(
              agent("taskId"),
              new Member("attempt", values.once(2) ? "1" : values.value()),
              new Member("progress", values.value()),
              new Member("status", values.value()));
      case "voice_command" -> voice();
      case "voice_start" ->
          List.of(new Member("sampleRate", values.once(2) ? "16000" : values.value()));
      default -> List.of(new Member("sessionId", values.value()));
    };
  }

  private List<Member> packet() {
    return List.of(
        fingerprint(),
        new Member(
            "outcome_id", values.once(2) ? quoted("o" + random.nextInt(500)) : values.value()),
        new Member("confidence", values.once(2) ? "0.5" : values.value()),
        new Member("derived_from", values.once(2) ? "[\"o1\"]" : values.value()),
        new Member("hops", values.once(2) ? "1" : values.value()),
        new Member(values.name(), values.value()));
  }

  private List<Member> task() {
    return List.of(
        new Member("description", values.once(2) ? quoted("knead") : values.value()),
        agent("target"),
        fingerprint(),
        new Member("input", values.once(2) ? "{}" : values.value()),
        new Member("timeoutMs", values.once(2) ? "100" : values.value()));
  }

  private List<Member> voice() {
    return List.of(
        new Member("command", values.once(2) ? quoted("spawn") : values.value()),
        new Member("audioData", values.value()),
        new Member("format", values.value()),
        new Member("sessionId", values.value()));
  }

  private List<Member> setting() {
    return List.of(
        new Member("path", path()), new Member("value", values.once(3) ? "2.5" : values.value()));
  }

  private String updates() {
    List<String> updates = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      updates.add(object(values.once(2) ? setting() : wrong(setting())));
    }
    return String.join(",", updates);
  }

  private String path() {
    boolean isFree = values.once(3);
    return quoted(isFree ? "hostile.p" + random.nextInt(MOST_FREE_PATHS) : values.pick(PATHS));
  }

  private Member agent(String name) {
    return new Member(
        name, values.once(6) ? values.value() : quoted("h" + random.nextInt(MOST_AGENTS)));
  }

  private Member fingerprint() {
    String given = values.once(3) ? values.value() : "[" + random.nextInt(9) + ",1,-0.5]";
    return new Member("fingerprint", given);
  }

  private Member space() {
    return new Member("space", values.once(3) ? values.value() : quoted("hostile"));
  }

  private Member meta() {
    return new Member("meta", values.once(2) ? "{\"a\":1}" : values.value());
  }

  private Member action() {
    return new Member("action", values.once(6) ? values.value() : quoted(values.pick(ACTIONS)));
  }

  private String position() {
    List<Member> xyz =
        List.of(new Member("x", "1"), new Member("y", values.value()), new Member("z", "-2.5"));
    return object(values.once(2) ? wrong(xyz) : xyz);
  }

  private String events() {
    return "["
        + quoted(values.pick(EVENTS))
        + ","
        + (values.once(2) ? quoted(values.pick(EVENTS)) : values.value())
        + "]";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
