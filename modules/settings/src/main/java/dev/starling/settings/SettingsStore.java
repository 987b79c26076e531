/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.fabric.SharedSettings;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared document as the settings role changes it: by compare-and-set, so that two nodes that
 * both take themselves for the owner lose nothing of each other's. Verticle's event loop only, and
 * so are its answers.
 */
final class SettingsStore {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsStore.class);
  private static final int TRIES = 50;

  /** Most of a pause before another try, so that of two who write the farther one gets its turn. */
  private static final int PAUSE_MILLIS = 20;

  private final Context context;
  private final SharedSettings settings;
  private final SettingsMetrics metrics;
  private boolean isUnreadable;

  SettingsStore(Context context, SharedSettings settings, SettingsMetrics metrics) {
    this.context = context;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** A step from one version to the next; may refuse by throwing. */
  interface Step {
    SettingsDocument after(SettingsDocument before);
  }

  /** Two versions that follow each other. */
  record Taken(SettingsDocument before, SettingsDocument now) {
    /** What the later has that the earlier had not. */
    List<StoredSetting> changes() {
      return now.since(before);
    }
  }

  /**
   * Takes the step, again where somebody else was faster.
   *
   * @param leave asked each time before the step is taken, and after what it follows was read; one
   *     that fails prevents it
   */
  Future<Taken> change(Step step, Supplier<Future<Void>> leave) {
    return change(step, leave, TRIES, Optional.empty());
  }

  private Future<Taken> change(
      Step step, Supplier<Future<Void>> leave, int tries, Optional<Taken> tried) {
    return here(settings.shared().read())
        .compose(content -> {
          if (content.isEmpty()) {
            return bringIn(Optional.of(settings.document()))
                .compose(ignored -> again(step, leave, tries, tried));
          }
          SettingsDocument before = document(content.get());
          // A member that died in between may have done what it did not live to answer.
          if (tried.isPresent() && before.equals(tried.get().now())) {
            return Future.succeededFuture(tried.get());
          }
          Taken taken = new Taken(before, step.after(before));
          byte[] now = UpdateCheck.requireRoom(taken.now());
          return leave
              .get()
              .compose(ignored -> here(settings.shared().replace(content, now)))
              .compose(isMine ->
                  isMine
                      ? Future.succeededFuture(taken)
                      : again(step, leave, tries, Optional.of(taken)));
        });
  }

  private Future<Taken> again(
      Step step, Supplier<Future<Void>> leave, int tries, Optional<Taken> tried) {
    if (tries == 0) {
      return Future.failedFuture(
          RefusalException.unavailable("settings", "others write all the time; try again"));
    }
    metrics.conflict();
    Promise<Void> paused = Promise.promise();
    long pause = ThreadLocalRandom.current().nextLong(1, PAUSE_MILLIS);
    context.owner().setTimer(pause, timer -> paused.complete());
    return paused.future().compose(ignored -> change(step, leave, tries - 1, tried));
  }

  /**
   * Brings in what this node has: where the mesh has nothing, nothing that was ever changed, or an
   * earlier version of the same. A mesh with a history of its own keeps that.
   */
  Future<Void> bringIn(Optional<SettingsDocument> own) {
    return here(settings.shared().read())
        .compose(content -> {
          SettingsDocument mine =
              own.filter(known -> known.version() >= 0).orElseGet(SettingsDocument::begin);
          Optional<SettingsDocument> there = content.map(this::document);
          if (there.isPresent() && !isNewer(mine, there.get())) {
            return Future.succeededFuture();
          }
          return here(settings.shared().replace(content, mine.toBytes()))
              .compose(isMine -> isMine ? tellAll(mine, there) : bringIn(own));
        });
  }

  private static boolean isNewer(SettingsDocument mine, SettingsDocument there) {
    boolean isSame = mine.lineage().equals(there.lineage());
    return mine.version() > there.version() && (isSame || there.version() == 0);
  }

  private Future<Void> tellAll(SettingsDocument mine, Optional<SettingsDocument> there) {
    LOG.info("the mesh has this node's settings, version {}", mine.version());
    List<StoredSetting> changes = there.map(mine::since).orElseGet(List::of);
    return here(settings.tell(mine, changes, ""));
  }

  /**
   * What is shared was checked before: where it cannot be read now, say since a later build wrote
   * it, nobody here can go on. It is never written over, and said once.
   */
  private SettingsDocument document(byte[] content) {
    try {
      SettingsDocument document = SettingsDocument.of(content);
      isUnreadable = false;
      return document;
    } catch (DamagedDocumentException e) {
      if (!isUnreadable) {
        isUnreadable = true;
        LOG.error(
            "the settings that the mesh shares are {}: no setting can be changed through this node;"
                + " where they are of a later build, start this node with that one, else restart"
                + " all settings nodes at once, so that those in node.data are in force",
            e.getMessage());
      }
      throw new RefusalException(
          ErrorCode.INTERNAL, "the settings that the mesh shares cannot be read");
    }
  }

  /** Whether what is shared could not be read when this node looked last. */
  boolean isUnreadable() {
    return isUnreadable;
  }

  <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(
        value -> context.runOnContext(go -> promise.complete(value)),
        failure -> context.runOnContext(go -> promise.fail(failure)));
    return promise.future();
  }
}
