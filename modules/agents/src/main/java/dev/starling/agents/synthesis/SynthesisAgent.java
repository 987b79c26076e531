/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;
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
 * An agent of the mesh's own, in one of nine roles, without a language model. It gathers the
 * outcomes that reach it by topics: one agrees with a topic where its fingerprint is at least half
 * as near to it again as it takes to reach the agent. Of a topic it emits a synthesis: the
 * fingerprint that its outcomes have in common, each weighed by its confidence, their most telling
 * sentences, and what it is made of.
 *
 * <p>So that many such agents neither storm nor repeat each other, a topic is told first when it
 * has outcomes of two agents and three that were made of no others, then each time that half as
 * many new ones are there; what another agent made of the same outcomes is nothing new; and an
 * agent tells one topic every two seconds.
 */
public final class SynthesisAgent extends Agent {
  /** What does the thinking, as its status says. */
  static final String BACKEND = "extractive";

  /** So much has to be new in a topic that was never told. */
  static final int LEAST_NEWS = 3;

  private static final int LEAST_SOURCES = 2;
  private static final int MOST_TOPICS = 32;
  private static final long PAUSE_MILLIS = 2_000;
  private static final int MOST_SENTENCES = 3;
  private static final int LONGEST_SUMMARY = 600;

  private final Role role;
  private final List<Topic> topics = new ArrayList<>();
  private boolean isPausing;

  /** An agent of a role. */
  public SynthesisAgent(Role role) {
    this.role = role;
  }

  @Override
  protected AgentProfile profile() {
    return AgentProfile.of(role.kind())
        .about(role.about())
        .can(role.capabilities())
        .tasks(1)
        .backedBy(BACKEND);
  }

  @Override
  protected void onOutcome(Outcome outcome) {
    float[] unit = unit(outcome.fingerprint());
    if (unit.length == 0) {
      return;
    }
    Topic topic = nearest(unit);
    if (topic == null) {
      topic = new Topic(outcome, unit);
    } else {
      topics.remove(topic);
      topic.add(outcome, unit);
    }
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
    if (isPausing) {
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
    emit(next.get());
  }

  private static boolean hasEnough(Topic topic) {
    int least = Math.max(LEAST_NEWS, topic.told() / 2);
    return topic.news() >= least && topic.sources() >= LEAST_SOURCES;
  }

  private void emit(Topic topic) {
    Outcome[] outcomes = topic.outcomes();
    Runnable takeBack = topic.tell();
    String space = outcomes[outcomes.length - 1].packet().getString("space");
    JsonObject payload =
        JsonObject.of(
            "text",
            Extract.of(topic.texts(), MOST_SENTENCES, LONGEST_SUMMARY),
            "role",
            role.kind(),
            "synthesis",
            BACKEND,
            "outcomes",
            outcomes.length,
            "sources",
            new JsonArray(Arrays.stream(outcomes).map(Outcome::source).distinct().toList()));
    Emission emission =
        Emission.of(payload).about(topic.fingerprint()).confidence(topic.confidence());
    emit((space == null ? emission : emission.in(space)).from(outcomes))
        .onFailure(failure -> takeBack.run());
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
    return texts.isEmpty()
        ? Future.failedFuture("nothing that it has gathered says anything of this")
        : Future.succeededFuture(
            JsonObject.of(
                "text",
                Extract.of(texts, MOST_SENTENCES, LONGEST_SUMMARY),
                "outcomes",
                texts.size(),
                "synthesis",
                BACKEND));
  }
}
