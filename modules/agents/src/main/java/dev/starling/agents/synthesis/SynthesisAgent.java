/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.OnVirtualThread;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;
import dev.starling.agents.synthesis.Writer.Wanted;
import dev.starling.agents.synthesis.Writer.Written;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
 *
 * <p>Of an outcome it keeps the beginning of its text, and of all about 4 MiB, of the topics that
 * were added to last. It works on a virtual thread: outcomes may be large, and to read and to
 * summarise them must hold up no socket.
 */
@OnVirtualThread
public final class SynthesisAgent extends Agent {
  /** So much has to be new in a topic that was never told. */
  static final int LEAST_NEWS = 3;

  /** Outcomes this deep are passed over, or agents would build ever higher on each other. */
  static final int DEEPEST = 4;

  private static final int LEAST_SOURCES = 2;
  private static final int MOST_TOPICS = 32;

  /** More than the largest topic has, which is below 2 MiB. */
  private static final long MOST_BYTES = 4 << 20;

  /** A task is answered with so many of the texts that share most words with it. */
  private static final int MOST_TEXTS = 64;

  private static final long PAUSE_MILLIS = 2_000;

  private final Role role;
  private final Writer writer;
  private final Consumer<Runnable> pause;
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
    this.pause = next -> vertx().setTimer(PAUSE_MILLIS, timer -> next.run());
  }

  /**
   * The same.
   *
   * @param pause runs what it is given on the agent's context, once a pause is over
   */
  SynthesisAgent(Role role, Writer writer, Consumer<Runnable> pause) {
    this.role = role;
    this.writer = writer;
    this.backend = writer.by();
    this.pause = pause;
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
    if (!outcome.derivedFrom().isEmpty()) {
      topics.forEach(known -> known.isSynthesis(outcome.id()));
    }
    Topic topic = nearest(unit);
    if (topic == null) {
      topic = new Topic(unit);
    } else {
      topics.remove(topic);
    }
    topic.add(Member.of(outcome, unit), roots);
    topics.add(topic);
    while (topics.size() > MOST_TOPICS || bytes() > MOST_BYTES) {
      topics.removeFirst();
    }
    tell();
  }

  private long bytes() {
    return topics.stream().mapToLong(Topic::bytes).sum();
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
    pause.accept(() -> {
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
    List<Member> outcomes = topic.members();
    float[] common = topic.fingerprint();
    double confidence = topic.confidence();
    Wanted wanted = new Wanted(role, null, texts(outcomes));
    Runnable takeBack = topic.tell();
    isWriting = true;
    writer
        .write(wanted)
        .onComplete(
            written -> {
              isWriting = false;
              noteWriter(written);
              emit(written, common, confidence, outcomes, takeBack);
              tell();
            },
            failure -> {
              isWriting = false;
              takeBack.run();
            });
  }

  private void emit(
      Written written,
      float[] common,
      double confidence,
      List<Member> outcomes,
      Runnable takeBack) {
    if (isOver) {
      return;
    }
    int deepest = outcomes.stream().mapToInt(Member::hops).max().orElse(0);
    emit(new Emission(
            payload(written, outcomes),
            confidence,
            null,
            common,
            outcomes.getLast().space(),
            outcomes.stream().map(Member::id).distinct().toList(),
            deepest + 1,
            null))
        .onFailure(failure -> takeBack.run());
  }

  private static List<String> texts(List<Member> members) {
    return members.stream().map(Member::text).filter(text -> !text.isBlank()).toList();
  }

  private JsonObject payload(Written written, List<Member> outcomes) {
    JsonObject payload =
        JsonObject.of("text", written.text(), "role", role.kind(), "synthesis", written.by());
    if (written.fallback() != null) {
      payload.put("fallback", written.fallback());
    }
    return payload
        .put("outcomes", outcomes.size())
        .put("sources", new JsonArray(outcomes.stream().map(Member::source).distinct().toList()));
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
    List<String> texts = nearest(Words.of(task.description()));
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

  /** The texts that share most words with what is asked, in the order in which they are kept. */
  private List<String> nearest(Words asked) {
    List<Member> members =
        topics.stream()
            .flatMap(topic -> topic.members().stream())
            .filter(member -> member.words().shared(asked) > 0)
            .toList();
    int[] shared = members.stream().mapToInt(one -> one.words().shared(asked)).sorted().toArray();
    int least = shared.length > MOST_TEXTS ? shared[shared.length - MOST_TEXTS] : 1;
    List<Member> best =
        members.stream().filter(member -> member.words().shared(asked) >= least).toList();
    return texts(best.subList(Math.max(0, best.size() - MOST_TEXTS), best.size()));
  }

  @Override
  protected void onStop() {
    isOver = true;
  }
}
