/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;
import dev.starling.agents.synthesis.Writer.Wanted;
import dev.starling.agents.synthesis.Writer.Written;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent of the mesh's own, in one of nine roles. It gathers the outcomes that reach it by
 * topics: one agrees with a topic where its fingerprint is at least half as near to it again as it
 * takes to reach the agent. Of a topic it emits a synthesis: the fingerprint that its outcomes have
 * in common, each weighed by its confidence, what its writer makes of them in words, and what it is
 * made of. Its status says what wrote last.
 *
 * <p>So that many such agents neither storm nor repeat each other nor fall silent, a topic is told
 * first when it has outcomes of two agents and three that were made of no others, then each time
 * that half as many new ones are there, or half of those that a topic keeps; what another agent
 * made of the same outcomes is nothing new; what is four syntheses deep is not gathered at all; and
 * an agent tells one topic every two seconds, and none while another one is being written.
 */
public final class SynthesisAgent extends Agent {
  /** So much has to be new in a topic that was never told. */
  static final int LEAST_NEWS = 3;

  /** Outcomes this deep are passed over, or agents would build ever higher on each other. */
  static final int DEEPEST = 4;

  private static final int LEAST_SOURCES = 2;
  private static final int MOST_TOPICS = 32;
  private static final long PAUSE_MILLIS = 2_000;

  private final Role role;
  private final Writer writer;
  private final List<Topic> topics = new ArrayList<>();
  private final Lineage lineage = new Lineage();
  private String backend;
  private boolean isPausing;
  private boolean isWriting;
  private boolean isOver;

  /** An agent of a role, which others may share the writer with. */
  public SynthesisAgent(Role role, Writer writer) {
    this.role = role;
    this.writer = writer;
    this.backend = writer.by();
  }

  @Override
  protected AgentProfile profile() {
    return AgentProfile.of(role.kind())
        .about(role.about())
        .can(role.capabilities())
        .tasks(1)
        .backedBy(backend);
  }

  @Override
  protected void onOutcome(Outcome outcome) {
    float[] unit = unit(outcome.fingerprint());
    if (unit.length == 0 || outcome.hops() >= DEEPEST) {
      return;
    }
    Set<String> roots = lineage.roots(outcome);
    Topic topic = nearest(unit);
    if (topic == null) {
      topic = new Topic(unit);
    } else {
      topics.remove(topic);
    }
    topic.add(outcome, unit, roots);
    topics.add(topic);
    if (topics.size() > MOST_TOPICS) {
      topics.removeFirst();
    }
    tell();
  }

  /** The topic that an outcome agrees with; null where it begins one. */
  private @Nullable Topic nearest(float[] unit) {
    double least = (1 + threshold()) / 2;
    Topic best = null;
    for (Topic topic : topics) {
      if (topic.isOf(unit.length)) {
        double cosine = topic.cosine(unit);
        if (cosine >= least) {
          best = topic;
          least = cosine;
        }
      }
    }
    return best;
  }

  private static float[] unit(float[] values) {
    double norm = 0;
    for (float value : values) {
      norm += (double) value * value;
    }
    if (norm == 0) {
      return new float[0];
    }
    float[] unit = new float[values.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (values[i] / Math.sqrt(norm));
    }
    return unit;
  }

  /** Tells the topic with the most news, where one has enough, and then none for a while. */
  private void tell() {
    if (isPausing || isWriting || isOver) {
      return;
    }
    Optional<Topic> next =
        topics.stream().filter(SynthesisAgent::hasEnough).max(Comparator.comparingInt(Topic::news));
    if (next.isEmpty()) {
      return;
    }
    isPausing = true;
    vertx()
        .setTimer(
            PAUSE_MILLIS,
            timer -> {
              isPausing = false;
              tell();
            });
    write(next.get());
  }

  /** A topic that has been told of for long must not need ever more to be told of again. */
  private static boolean hasEnough(Topic topic) {
    int least = Math.max(LEAST_NEWS, Math.min(topic.told(), Topic.MOST) / 2);
    return topic.news() >= least && topic.sources() >= LEAST_SOURCES;
  }

  /** What comes meanwhile is no part of it. */
  private void write(Topic topic) {
    Outcome[] outcomes = topic.outcomes();
    float[] common = topic.fingerprint();
    double confidence = topic.confidence();
    Wanted wanted = new Wanted(role, null, topic.texts());
    Runnable takeBack = topic.tell();
    isWriting = true;
    writer
        .write(wanted)
        .onComplete(
            written -> {
              isWriting = false;
              noteWriter(written);
              emit(
                  Emission.of(payload(written, outcomes)).about(common).confidence(confidence),
                  outcomes,
                  takeBack);
              tell();
            },
            failure -> {
              isWriting = false;
              takeBack.run();
            });
  }

  private void emit(Emission emission, Outcome[] outcomes, Runnable takeBack) {
    if (isOver) {
      return;
    }
    String space = outcomes[outcomes.length - 1].packet().getString("space");
    emit((space == null ? emission : emission.in(space)).from(outcomes))
        .onFailure(failure -> takeBack.run());
  }

  private JsonObject payload(Written written, Outcome[] outcomes) {
    JsonObject payload =
        JsonObject.of("text", written.text(), "role", role.kind(), "synthesis", written.by());
    if (written.fallback() != null) {
      payload.put("fallback", written.fallback());
    }
    return payload
        .put("outcomes", outcomes.length)
        .put(
            "sources",
            new JsonArray(Arrays.stream(outcomes).map(Outcome::source).distinct().toList()));
  }

  /** Its status is to say what wrote last. */
  private void noteWriter(Written written) {
    if (!backend.equals(written.by())) {
      backend = written.by();
      backedBy(backend);
    }
  }

  /** Says what it has gathered of what a task asks for. */
  @Override
  protected Future<JsonObject> onTask(Task task) {
    Set<String> wanted = Extract.words(task.description());
    List<String> texts =
        topics.stream()
            .flatMap(topic -> topic.texts().stream())
            .filter(text -> Extract.words(text).stream().anyMatch(wanted::contains))
            .toList();
    if (texts.isEmpty()) {
      return Future.failedFuture("nothing that it has gathered says anything of this");
    }
    return writer
        .write(new Wanted(role, task.description(), texts))
        .map(written -> {
          noteWriter(written);
          JsonObject answer =
              JsonObject.of(
                  "text", written.text(), "outcomes", texts.size(), "synthesis", written.by());
          return written.fallback() == null ? answer : answer.put("fallback", written.fallback());
        });
  }

  @Override
  protected void onStop() {
    isOver = true;
  }
}
