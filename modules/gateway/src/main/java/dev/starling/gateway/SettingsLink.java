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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to the node that has the mesh's settings. Where that node leaves while it is asked, the
 * next in line is asked once, for the rest of the time; a change that took effect just before is
 * then made again, with the same values. Safe from any thread; answers come on any.
 */
final class SettingsLink {
  static final String ROLE = "settings";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_UNDER_WAY = 10_000;

  private final Mesh mesh;
  private final Set<Question<?>> underWay = ConcurrentHashMap.newKeySet();

  /** One question to one node. */
  private static final class Question<R> {
    private final String node;
    private final Promise<R> answer = Promise.promise();

    private Question(String node) {
      this.node = node;
    }

    private void giveUp() {
      answer.tryFail(RefusalException.unavailable(ROLE, "the node that had them left the mesh"));
    }
  }

  SettingsLink(Mesh mesh) {
    this.mesh = mesh;
    mesh.listen((before, now) -> viewIs(now));
  }

  private void viewIs(View now) {
    for (Question<?> question : underWay) {
      if (now.node(question.node).isEmpty()) {
        question.giveUp();
      }
    }
  }

  /**
   * Changes settings, all of them or none.
   *
   * @param origin who asks, such as a session's id; those who follow the settings hear it
   * @return what took effect; INVALID_SETTING, UNAVAILABLE where the role is missing from the mesh,
   *     and TIMEOUT, after which the change may have taken effect or not
   */
  Future<List<SettingChange>> write(List<SettingUpdate> updates, String origin) {
    return ask(new Write(updates, origin)).map(Written::changes);
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
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    return owner()
        .compose(first ->
            askNode(first, message, PATIENCE)
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
      String first, Q message, long deadline, Throwable failure) {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    boolean isGone =
        failure instanceof RefusalException refusal && refusal.code() == ErrorCode.UNAVAILABLE;
    if (!isGone || left.toMillis() < 1) {
      return Future.failedFuture(failure);
    }
    return owner()
        .compose(next ->
            next.equals(first) ? Future.failedFuture(failure) : askNode(next, message, left));
  }

  private <R extends SettingsMessage, Q extends SettingsMessage & Asks<R>> Future<R> askNode(
      String node, Q message, Duration patience) {
    if (underWay.size() >= MOST_UNDER_WAY) {
      return Future.failedFuture(
          RefusalException.unavailable(ROLE, "too many questions wait; try again shortly"));
    }
    Question<R> question = new Question<>(node);
    underWay.add(question);
    mesh.bus()
        .request(Addresses.settings(node), message, patience)
        .onComplete(question.answer::tryComplete, question.answer::tryFail);
    // It may have left before the question was among those under way.
    if (mesh.view().node(node).isEmpty()) {
      question.giveUp();
    }
    return question.answer.future().onComplete(done -> underWay.remove(question));
  }
}
