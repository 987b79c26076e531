/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.agents.Enrolment;
import dev.starling.agents.synthesis.Role;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.TextFingerprints;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.swarms.AgentCalls;
import dev.starling.swarms.AgentState;
import dev.starling.swarms.AgentView;
import dev.starling.swarms.ServerHealth;
import dev.starling.swarms.SwarmView;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent of a swarm as an agent of the mesh: registered with a fingerprint of its type and
 * capabilities, and told of as its server tells of it. The swarm's event loop only.
 */
final class SwarmAgent {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmAgent.class);

  /** How an agent is of which nothing is new is told so often, for its health. */
  private static final long REPEAT_NANOS = Duration.ofSeconds(10).toNanos();

  /** Where nobody embeds texts, somebody may later. */
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  private static final int MOST_TEXT = 2_000;

  /** What an agent shares with the others of its swarm. */
  interface Surroundings {
    /** The mesh that it is part of. */
    Mesh mesh();

    /** What the operator calls the swarm. */
    String swarm();

    /** The dialect of the server; null before it was connected. */
    @Nullable String dialect();

    /** What the server has as its swarm; null for none. */
    @Nullable SwarmView swarmView();

    /** What was measured of the server; null where that cannot be. */
    @Nullable ServerHealth health();

    /** When the server answered last, ms since 1970; null where it never did. */
    @Nullable Long lastAnswerAt();

    /** Why the server is away. */
    String reason();

    /** How many tasks one agent takes at a time. */
    int tasksEach();

    /** What was counted of the calls about an agent. */
    AgentCalls calls(String agentId);

    /** What an agent has to do. */
    SwarmTasks.Load load(String agentId);
  }

  private final Surroundings around;
  private final TextFingerprints texts;
  private final Consumer<String> leftOutListener;
  private final Enrolment enrolment;
  private @Nullable String profile;
  private AgentView view;
  private @Nullable Fingerprint fingerprint;
  private String looked = "";
  private long lookedNanos;
  private Future<Void> known = Future.succeededFuture();
  private boolean isOver;
  private @Nullable String leftOut;
  private long leftOutNanos;
  private long toldNanos = System.nanoTime();

  /**
   * An agent that is not registered yet.
   *
   * @param leftOut hears why, each time that the mesh will not have it
   */
  SwarmAgent(
      AgentView view, Surroundings around, TextFingerprints texts, Consumer<String> leftOut) {
    this.view = view;
    this.around = around;
    this.texts = texts;
    this.leftOutListener = leftOut;
    this.enrolment = new Enrolment(around.mesh(), this::enrol, refusal -> leftOut(refusal.text()));
  }

  /** Registers it. */
  void begin() {
    publish();
    known = enrolment.renew();
    look();
  }

  /** Complete once every router knows it. */
  Future<Void> known() {
    return known;
  }

  /** Whoever spawned it says what it is about, which goes before what its server says. */
  void about(String words) {
    profile = words;
    look();
  }

  AgentView view() {
    return view;
  }

  /** Its server tells something else of it. */
  void is(AgentView now) {
    boolean isOther = isReceptive(view) != isReceptive(now) || !text(view).equals(text(now));
    view = now;
    publish();
    if (isOther) {
      renew();
    }
    look();
  }

  private void renew() {
    if (leftOut == null) {
      Future<?> _ = enrolment.renew();
    }
  }

  /** The mesh will not have it for now, as where somebody else is called so; tried again later. */
  void leftOut(String why) {
    if (!isOver) {
      leftOut = why;
      leftOutNanos = System.nanoTime();
      leftOutListener.accept(why);
    }
  }

  /** It is not there any more; complete once the mesh knows. */
  Future<?> end(String why) {
    boolean isKnown = leftOut == null;
    isOver = true;
    if (!isKnown) {
      return Future.succeededFuture();
    }
    tell(AgentLife.OFFLINE, why);
    return enrolment.end();
  }

  /** Called every second. */
  void second(long nowNanos) {
    if (leftOut != null && nowNanos - leftOutNanos >= LOOK_AGAIN_NANOS) {
      leftOut = null;
      known = enrolment.renew();
      publish();
    }
    if (nowNanos - toldNanos >= REPEAT_NANOS) {
      publish();
    }
    if (fingerprint == null && nowNanos - lookedNanos >= LOOK_AGAIN_NANOS) {
      looked = "";
      look();
    }
  }

  /** Learns what it is about, where that is not known of what is said of it now. */
  private void look() {
    String text = text(view);
    if (text.equals(looked)) {
      return;
    }
    looked = text;
    lookedNanos = System.nanoTime();
    texts
        .of(text)
        .onComplete(
            found -> {
              if (!isOver && text.equals(looked)) {
                fingerprint = found;
                renew();
              }
            },
            failure -> LOG.debug("agent {} has no fingerprint yet", view.agentId(), failure));
  }

  private String text(AgentView said) {
    String given = profile;
    if (given != null) {
      return given;
    }
    String type = Objects.requireNonNullElse(said.type(), said.name());
    List<String> words = new ArrayList<>(List.of(type));
    Role.of(type).map(Role::about).ifPresent(words::add);
    words.addAll(said.capabilities());
    String text = String.join(", ", words);
    return text.substring(0, Math.min(text.length(), MOST_TEXT));
  }

  /** Whether tasks can reach it. */
  boolean isReceptive() {
    return !isOver && leftOut == null && isReceptive(view);
  }

  /** Nobody knows whether an agent can work of which its server says a word of its own. */
  private static boolean isReceptive(AgentView view) {
    boolean isKnown = view.state() != AgentState.UNKNOWN || view.status() == null;
    return isKnown && isWell(view);
  }

  private static boolean isWell(AgentView view) {
    return switch (life(view)) {
      case IDLE, ACTIVE -> true;
      case STARTING, PAUSED, FAILING, OFFLINE -> false;
    };
  }

  /** How an agent is, in the mesh's words. Nobody can say of one whose server is away. */
  static AgentLife life(AgentView view) {
    if (!view.isConnected()) {
      return AgentLife.FAILING;
    }
    return switch (view.state()) {
      case STARTING -> AgentLife.STARTING;
      case IDLE, UNKNOWN -> AgentLife.IDLE;
      case ACTIVE -> AgentLife.ACTIVE;
      case PAUSED -> AgentLife.PAUSED;
      case FAILING -> AgentLife.FAILING;
      case OFFLINE -> AgentLife.OFFLINE;
    };
  }

  /**
   * How it is now: it is active, too, where the mesh gave it work that its server does not list.
   */
  AgentLife life() {
    AgentLife said = life(view);
    boolean isBusy = said == AgentLife.IDLE && around.load(view.agentId()).count() > 0;
    return isBusy ? AgentLife.ACTIVE : said;
  }

  private @Nullable String reason() {
    if (!view.isConnected()) {
      return "its server is away: " + around.reason();
    }
    return view.state() == AgentState.UNKNOWN && view.status() != null
        ? "its server says " + view.status()
        : null;
  }

  /** Tells everybody how it is. */
  void publish() {
    if (!isOver && leftOut == null) {
      tell(life(), reason());
    }
  }

  private void tell(AgentLife life, @Nullable String reason) {
    toldNanos = System.nanoTime();
    AgentStatus status = status(life, reason);
    enrolment.tell(new AgentIs(view.agentId(), life, FlowWriter.json(status)));
  }

  private AgentStatus status(AgentLife life, @Nullable String reason) {
    SwarmView swarm = around.swarmView();
    SwarmTasks.Load load = around.load(view.agentId());
    AgentCalls calls = around.calls(view.agentId());
    return new AgentStatus(
        view.agentId(),
        life.word(),
        swarm == null ? null : swarm.swarmId(),
        health(load),
        capabilities(),
        load.current(),
        new McpMetrics(calls.calls(), calls.answers(), calls.errorRate()),
        System.currentTimeMillis(),
        new AgentFacts(
            kind(), view.name(), around.mesh().nodeId(), "mcp:" + around.dialect(), reason));
  }

  private Health health(SwarmTasks.Load load) {
    ServerHealth server = view.isConnected() ? around.health() : null;
    Long answered = around.lastAnswerAt();
    return new Health(
        server == null ? null : server.cpuPercent(),
        server == null ? null : server.memoryMiB(),
        load.count(),
        view.isConnected(),
        answered == null ? null : Instant.ofEpochMilli(answered),
        null,
        server == null ? null : ServerHealth.SCOPE);
  }

  private String kind() {
    return Objects.requireNonNullElse(view.type(), "");
  }

  private List<String> capabilities() {
    return view.capabilities();
  }

  private Enrol enrol() {
    JsonObject meta =
        new JsonObject()
            .put("name", view.name())
            .put("kind", kind())
            .put("capabilities", new JsonArray(capabilities()))
            .put("swarm", around.swarm());
    return new Enrol(
        view.agentId(),
        "swarm:" + around.swarm(),
        fingerprint,
        Enrol.NO_OUTCOMES,
        false,
        RawJson.of(meta.encode()),
        around.tasksEach(),
        !isReceptive(),
        around.swarm());
  }
}
