/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.SettingsMessage;
import dev.starling.protocol.mesh.SettingsMessage.Read;
import dev.starling.protocol.mesh.SettingsMessage.ReadAll;
import dev.starling.protocol.mesh.SettingsMessage.Schema;
import dev.starling.protocol.mesh.SettingsMessage.SchemaQuery;
import dev.starling.protocol.mesh.SettingsMessage.Values;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * The way to the node that has the mesh's settings. Where that node leaves while it is asked, the
 * next in line is asked once, for the rest of the time. Safe from any thread; answers come on any.
 */
final class SettingsLink {
  static final String ROLE = "settings";

  /** With less time left nobody is asked: the answer would come too late. */
  private static final int LEAST_MILLIS = 50;

  private static final int MOST_UNDER_WAY = 10_000;

  private final Mesh mesh;
  private final Map<Long, Question<?>> underWay = new ConcurrentHashMap<>();
  private final ChangeBudget budget = new ChangeBudget();
  private final ChangeBudget.Share rest = budget.share(ChangeBudget.MOST_OF_REST);

  /**
   * Not from 0: a node that comes back under its name must not take its former questions for new.
   */
  private final AtomicLong attempts = new AtomicLong(ThreadLocalRandom.current().nextLong());

  private final AtomicLong origins = new AtomicLong();
  private final String name =
      Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);

  /** One question to one node. */
  private static final class Question<R> {
    private final String node;
    private final Promise<R> answer = Promise.promise();

    private Question(String node) {
      this.node = node;
    }

    private boolean isAnswered() {
      return answer.future().isComplete();
    }

    private void giveUp() {
      answer.tryFail(RefusalException.unavailable(ROLE, "the node that had them left the mesh"));
    }
  }

  /**
   * A change that was taken, and is to be asked for once.
   *
   * @param since when it came, by {@link System#nanoTime}
   * @param room where its weight is to be given back
   * @param weight in bytes
   */
  record Pending(
      List<SettingUpdate> updates,
      String origin,
      long since,
      ChangeBudget.Share room,
      long weight) {}

  SettingsLink(Mesh mesh) {
    this.mesh = mesh;
    mesh.listen((before, now) -> viewIs(now));
  }

  private void viewIs(View now) {
    for (Question<?> question : underWay.values()) {
      if (now.node(question.node).isEmpty()) {
        question.giveUp();
      }
    }
  }

  /** A name for a change that no other one of the mesh has, or the beginning of such names. */
  String nextOrigin() {
    return name + "-" + origins.incrementAndGet();
  }

  /** Whether somebody here still waits for the answer to an attempt at a change. */
  boolean isAwaited(long attempt) {
    Question<?> question = underWay.get(attempt);
    return question != null && !question.isAnswered();
  }

  /** Room for what one session keeps waiting. */
  ChangeBudget.Share roomOfASession() {
    return budget.share(ChangeBudget.MOST_OF_A_SESSION);
  }

  /**
   * Changes settings, all of them or none, whatever else is on the way; for calls by REST.
   *
   * @return what took effect; INVALID_SETTING, UNAVAILABLE where the role is missing from the mesh,
   *     and TIMEOUT, after which the change may have taken effect or not
   */
  Future<List<SettingChange>> write(List<SettingUpdate> updates) {
    return take(updates, nextOrigin(), rest).compose(this::ask);
  }

  /**
   * Takes a change that is to be asked for with {@link #ask}; fails where too much waits.
   *
   * @param origin a name for it that no other has; those who follow the settings hear it
   * @param room what of this asker's waits
   */
  Future<Pending> take(List<SettingUpdate> updates, String origin, ChangeBudget.Share room) {
    try {
      long weight = room.take(updates);
      return Future.succeededFuture(new Pending(updates, origin, System.nanoTime(), room, weight));
    } catch (RefusalException full) {
      return Future.failedFuture(full);
    }
  }

  /** As {@link #write}, for what was taken. */
  Future<List<SettingChange>> ask(Pending change) {
    long deadline = change.since() + Roles.PATIENCE.toNanos();
    Future<Written> written =
        left(deadline) < LEAST_MILLIS
            ? Future.failedFuture(notAskedFor())
            : ask(
                attempt -> new Write(change.updates(), change.origin(), mesh.nodeId(), attempt),
                deadline);
    return written.onComplete(done -> change.room().give(change.weight())).map(Written::changes);
  }

  /** Unlike one that was asked for and not answered, it has surely not taken effect. */
  private static RefusalException notAskedFor() {
    return new RefusalException(
        ErrorCode.TIMEOUT,
        "earlier changes took all of its " + Roles.PATIENCE.toSeconds() + " s; it was not made",
        Map.of("made", false));
  }

  private static long left(long deadline) {
    return (deadline - System.nanoTime()) / 1_000_000;
  }

  /** The value in force at a path; INVALID_SETTING where there is no such setting. */
  Future<SettingValue> read(String path) {
    return ask(new Read(path)).map(values -> values.values().getFirst());
  }

  /** The values in force whose paths begin with {@code prefix}. */
  Future<List<SettingValue>> readAll(String prefix) {
    return ask(new ReadAll(prefix)).map(Values::values);
  }

  /** Which settings there are, as clients get it. */
  Future<RawJson> schema() {
    return ask(new SchemaQuery()).map(Schema::json);
  }

  private <R extends SettingsMessage, Q extends SettingsMessage & Asks<R>> Future<R> ask(
      Q message) {
    return ask(attempt -> message, System.nanoTime() + Roles.PATIENCE.toNanos());
  }

  private <R extends SettingsMessage, Q extends SettingsMessage & Asks<R>> Future<R> ask(
      LongFunction<Q> message, long deadline) {
    return owner()
        .compose(first ->
            askNode(first, message, deadline)
                .recover(failure -> askNext(first, message, deadline, failure)));
  }

  private Future<String> owner() {
    Optional<NodeInfo> owner = mesh.view().inLine(ROLE, ROLE).stream().findFirst();
    return owner
        .map(node -> Future.succeededFuture(node.id()))
        .orElseGet(() ->
            Future.failedFuture(
                RefusalException.unavailable(ROLE, "no node of the mesh runs this role")));
  }

  private <R extends SettingsMessage, Q extends SettingsMessage & Asks<R>> Future<R> askNext(
      String first, LongFunction<Q> message, long deadline, Throwable failure) {
    boolean isGone =
        failure instanceof RefusalException refusal && refusal.code() == ErrorCode.UNAVAILABLE;
    if (!isGone || left(deadline) < LEAST_MILLIS) {
      return Future.failedFuture(failure);
    }
    return owner()
        .compose(next ->
            next.equals(first) ? Future.failedFuture(failure) : askNode(next, message, deadline));
  }

  private <R extends SettingsMessage, Q extends SettingsMessage & Asks<R>> Future<R> askNode(
      String node, LongFunction<Q> message, long deadline) {
    if (underWay.size() >= MOST_UNDER_WAY) {
      return Future.failedFuture(
          RefusalException.unavailable(ROLE, "too many questions wait; try again shortly"));
    }
    Question<R> question = new Question<>(node);
    long attempt = attempts.incrementAndGet();
    underWay.put(attempt, question);
    Duration patience = Duration.ofMillis(Math.max(1, left(deadline)));
    mesh.bus()
        .request(Addresses.settings(node), message.apply(attempt), patience)
        .onComplete(question.answer::tryComplete, question.answer::tryFail);
    // It may have left before the question was among those under way.
    if (mesh.view().node(node).isEmpty()) {
      question.giveUp();
    }
    return question.answer.future().onComplete(done -> underWay.remove(attempt));
  }
}
