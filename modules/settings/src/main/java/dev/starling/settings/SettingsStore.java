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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared document as the settings role changes it: by compare-and-set, so that two nodes that
 * both take themselves for the owner lose nothing of each other's. What takes the longer the longer
 * the document is happens on a worker, and what was read or written last is not parsed again.
 * Verticle's event loop only, and so are its answers.
 */
final class SettingsStore {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsStore.class);
  private static final int TRIES = 50;

  /** Most of a pause before another try, so that of two who write the farther one gets its turn. */
  private static final int PAUSE_MILLIS = 20;

  private final Context context;
  private final SharedSettings settings;
  private final SettingsMetrics metrics;
  private @Nullable Content last;
  private boolean isUnreadable;

  SettingsStore(Context context, SharedSettings settings, SettingsMetrics metrics) {
    this.context = context;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** A step from one version to the next, taken on a worker; may refuse by throwing. */
  interface Step {
    SettingsDocument after(SettingsDocument before);
  }

  /** Two versions that follow each other. */
  record Taken(SettingsDocument before, SettingsDocument now) {}

  /** What the mesh shares, as bytes and as what they say. */
  private record Content(byte[] bytes, SettingsDocument document) {}

  /** A step as it was tried; without bytes where the document is there already. */
  private record Tried(Taken taken, Optional<byte[]> bytes) {
    static Tried of(SettingsDocument before, Step step, Optional<Taken> former) {
      // A member that died in between may have done what it did not live to answer.
      if (former.isPresent() && before.equals(former.get().now())) {
        return new Tried(former.get(), Optional.empty());
      }
      SettingsDocument now = step.after(before);
      return new Tried(new Taken(before, now), Optional.of(UpdateCheck.requireRoom(now)));
    }
  }

  /**
   * Takes the step, again where somebody else was faster.
   *
   * @param leave asked each time before what the step gave is put in force, and after what it
   *     follows was read; one that fails prevents it
   */
  Future<Taken> change(Step step, Supplier<Future<Void>> leave) {
    return change(step, leave, TRIES, Optional.empty());
  }

  private Future<Taken> change(
      Step step, Supplier<Future<Void>> leave, int tries, Optional<Taken> former) {
    return read()
        .compose(there ->
            there.isEmpty()
                ? bringIn(Optional.of(settings.document()))
                    .compose(ignored -> again(step, leave, tries, former))
                : aside(() -> Tried.of(there.get().document(), step, former))
                    .compose(tried ->
                        put(tried, there, leave)
                            .compose(isMine ->
                                isMine
                                    ? Future.succeededFuture(tried.taken())
                                    : again(step, leave, tries, Optional.of(tried.taken())))));
  }

  private Future<Boolean> put(Tried tried, Optional<Content> there, Supplier<Future<Void>> leave) {
    return tried
        .bytes()
        .map(bytes ->
            leave.get().compose(ignored -> replace(there, new Content(bytes, tried.taken().now()))))
        .orElseGet(() -> Future.succeededFuture(true));
  }

  private Future<Taken> again(
      Step step, Supplier<Future<Void>> leave, int tries, Optional<Taken> former) {
    if (tries == 0) {
      return Future.failedFuture(
          RefusalException.unavailable("settings", "others write all the time; try again"));
    }
    metrics.conflict();
    Promise<Void> paused = Promise.promise();
    long pause = ThreadLocalRandom.current().nextLong(1, PAUSE_MILLIS);
    context.owner().setTimer(pause, timer -> paused.complete());
    return paused.future().compose(ignored -> change(step, leave, tries - 1, former));
  }

  /**
   * Brings in what this node has: where the mesh has nothing, nothing that was ever changed, or an
   * earlier version of the same. A mesh with a history of its own keeps that.
   */
  Future<Void> bringIn(Optional<SettingsDocument> own) {
    SettingsDocument mine =
        own.filter(known -> known.version() >= 0).orElseGet(SettingsDocument::begin);
    return read()
        .compose(there ->
            there.isPresent() && !isNewer(mine, there.get().document())
                ? Future.succeededFuture()
                : aside(() -> new Content(mine.toBytes(), mine))
                    .compose(content -> replace(there, content))
                    .compose(isMine -> isMine ? tellAll(mine, there) : bringIn(own)));
  }

  private static boolean isNewer(SettingsDocument mine, SettingsDocument there) {
    boolean isSame = mine.lineage().equals(there.lineage());
    return mine.version() > there.version() && (isSame || there.version() == 0);
  }

  private Future<Void> tellAll(SettingsDocument mine, Optional<Content> there) {
    LOG.info("the mesh has this node's settings, version {}", mine.version());
    List<StoredSetting> changes =
        there.map(former -> mine.since(former.document())).orElseGet(List::of);
    return here(settings.tell(mine, changes, ""));
  }

  private Future<Optional<Content>> read() {
    return here(settings.shared().read())
        .compose(bytes ->
            bytes.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : content(bytes.get()).map(Optional::of));
  }

  private Future<Content> content(byte[] bytes) {
    Content former = last;
    return aside(() ->
            former != null && Arrays.equals(former.bytes(), bytes)
                ? former
                : new Content(bytes, SettingsDocument.of(bytes)))
        .onSuccess(content -> {
          last = content;
          isUnreadable = false;
        })
        .recover(this::unreadable);
  }

  /**
   * What is shared was checked before: where it cannot be read now, say since a later build wrote
   * it, nobody here can go on. It is never written over, and said once.
   */
  private Future<Content> unreadable(Throwable failure) {
    if (!(failure instanceof DamagedDocumentException)) {
      return Future.failedFuture(failure);
    }
    if (!isUnreadable) {
      isUnreadable = true;
      LOG.error(
          "the settings that the mesh shares are {}: no setting can be changed through this node;"
              + " where they are of a later build, start this node with that one, else restart"
              + " all settings nodes at once, so that those in node.data are in force",
          failure.getMessage());
    }
    return Future.failedFuture(
        new RefusalException(
            ErrorCode.INTERNAL, "the settings that the mesh shares cannot be read"));
  }

  private Future<Boolean> replace(Optional<Content> there, Content now) {
    return here(settings.shared().replace(there.map(Content::bytes), now.bytes()))
        .onSuccess(isMine -> last = isMine ? now : last);
  }

  /** Whether what is shared could not be read when this node looked last. */
  boolean isUnreadable() {
    return isUnreadable;
  }

  /** Works on a worker; who asks keeps the order, since each waits for what it asked for. */
  private <T> Future<T> aside(Callable<T> work) {
    return context
        .executeBlocking(work, false)
        .map(done -> Objects.requireNonNull(done, "the work gives something"));
  }

  <T> Future<T> here(Future<T> elsewhere) {
    Promise<T> promise = Promise.promise();
    elsewhere.onComplete(
        value -> context.runOnContext(go -> promise.complete(value)),
        failure -> context.runOnContext(go -> promise.fail(failure)));
    return promise.future();
  }
}
