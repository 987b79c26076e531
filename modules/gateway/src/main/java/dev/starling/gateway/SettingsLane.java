/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.SettingsLink.Pending;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of settings that one session asks for: one on the way at a time, so that they take
 * effect in the order in which they came even where their owner leaves. Tells, too, which events
 * the session has from its replies. One session's loop only.
 */
final class SettingsLane {
  /** Changes without an answer, of which the event is the first that the session hears. */
  private static final int MOST_UNCONFIRMED = 100;

  private final SettingsLink link;
  private final Loop loop;
  private final Consumer<PreparedText> events;
  private final String name;
  private final ChangeBudget.Share room;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<String> unconfirmed = new LinkedHashSet<>();
  private final List<PreparedText> withheld = new ArrayList<>();
  private @Nullable Waiting current;
  private long last;

  private record Waiting(Pending asked, Promise<List<SettingChange>> answer) {}

  /**
   * A lane of its own.
   *
   * @param events writes an event that was held back
   */
  SettingsLane(SettingsLink link, Loop loop, Consumer<PreparedText> events) {
    this.link = link;
    this.loop = loop;
    this.events = events;
    this.name = link.nextOrigin() + "/";
    this.room = link.roomOfASession();
  }

  /** As {@link SettingsLink#write}, after what the session asked for before. */
  Future<List<SettingChange>> write(List<SettingUpdate> updates) {
    Promise<List<SettingChange>> answer = Promise.promise();
    link.take(updates, name + ++last, room)
        .onComplete(
            asked -> {
              waiting.add(new Waiting(asked, answer));
              goOn();
            },
            answer::fail);
    return answer.future();
  }

  private void goOn() {
    if (current != null || waiting.isEmpty()) {
      return;
    }
    Waiting next = waiting.removeFirst();
    current = next;
    link.ask(next.asked())
        .onComplete(done -> loop.context().runOnContext(go -> answered(next, done)));
  }

  private void answered(Waiting one, AsyncResult<List<SettingChange>> done) {
    current = null;
    if (done.succeeded()) {
      one.answer().complete(done.result());
    } else {
      one.answer().fail(done.cause());
      unconfirmed.add(one.asked().origin());
      if (unconfirmed.size() > MOST_UNCONFIRMED) {
        unconfirmed.remove(unconfirmed.iterator().next());
      }
      withheld.forEach(events);
    }
    withheld.clear();
    goOn();
  }

  /**
   * Whether an event is not for the session, which has it from a reply or will have; where no reply
   * comes, it is written after all.
   */
  boolean withholds(PreparedText event, String origin) {
    if (!origin.startsWith(name) || unconfirmed.contains(origin)) {
      return false;
    }
    Waiting one = current;
    if (one != null && one.asked().origin().equals(origin)) {
      withheld.add(event);
    }
    return true;
  }
}
