/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.fabric.SharedSettings;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import dev.starling.settings.SettingsMetrics.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches of changes one after the other: checks the whole batch, puts it into the shared
 * document, onto this node's disk, tells every node, and answers. Verticle's event loop only, but
 * for the next document, which is made on a worker.
 */
final class SettingsOwner {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsOwner.class);
  private static final int MOST_WAITING = 256;

  /** For so long a value that was taken back cannot return from a node that missed it. */
  private static final long FORGET_MILLIS = 3_600_000;

  private final UpdateCheck check;
  private final SettingsStore store;
  private final SettingsDisk disk;
  private final AskerCheck asker;
  private final RecentWrites recent;
  private final SharedSettings settings;
  private final SettingsMetrics metrics;
  private final LongSupplier clock;
  private Future<?> last = Future.succeededFuture();
  private volatile int waiting;

  SettingsOwner(
      UpdateCheck check,
      SettingsStore store,
      SettingsDisk disk,
      AskerCheck asker,
      RecentWrites recent,
      SharedSettings settings,
      SettingsMetrics metrics,
      LongSupplier clock) {
    this.check = check;
    this.store = store;
    this.disk = disk;
    this.asker = asker;
    this.recent = recent;
    this.settings = settings;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Batches under way and waiting; from any thread. */
  int waiting() {
    return waiting;
  }

  /** Complete when the batches taken so far are answered. */
  Future<Void> idle() {
    return last.<Void>mapEmpty().otherwiseEmpty();
  }

  /**
   * Lets a batch take effect.
   *
   * @return the changes once the mesh has them; a refusal INVALID_SETTING where any of them may not
   *     take effect, and UNAVAILABLE where too many wait or the cluster does not answer
   */
  Future<Written> write(Write batch) {
    if (waiting >= MOST_WAITING) {
      metrics.batch(Outcome.UNAVAILABLE);
      return Future.failedFuture(
          RefusalException.unavailable("settings", "too many batches wait; try again shortly"));
    }
    List<StoredSetting> wanted;
    try {
      wanted = check.accepted(batch.updates());
    } catch (RefusalException refusal) {
      metrics.batch(Outcome.REFUSED);
      return Future.failedFuture(refusal);
    }
    return inTurn(wanted, batch);
  }

  private Future<Written> inTurn(List<StoredSetting> wanted, Write batch) {
    long arrival = asker.arrived();
    count(1);
    Promise<Written> answer = Promise.promise();
    Future<Written> turn =
        last.transform(ignored -> perform(wanted, batch, arrival))
            .onComplete(written -> {
              count(-1);
              metrics.batch(written.succeeded() ? Outcome.WRITTEN : outcome(written.cause()));
            })
            .recover(failure -> Future.failedFuture(refusal(failure)));
    turn.onComplete(answer);
    last = turn;
    return answer.future();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Written by the event loop alone.
  private void count(int change) {
    waiting += change;
  }

  private static Outcome outcome(Throwable failure) {
    return switch (failure) {
      case AskerCheck.LateException _ -> Outcome.LATE;
      case RefusalException refusal when refusal.code() == ErrorCode.INVALID_SETTING ->
          Outcome.REFUSED;
      default -> Outcome.UNAVAILABLE;
    };
  }

  private Future<Written> perform(List<StoredSetting> wanted, Write batch, long arrival) {
    List<SettingChange> made = recent.of(batch.origin());
    if (!made.isEmpty()) {
      return Future.succeededFuture(made(made, wanted));
    }
    return store
        .change(before -> next(wanted, before), () -> asker.requireAwaited(batch, arrival))
        .compose(taken -> kept(taken, wanted, batch.origin()));
  }

  /** The document with the changes; on a worker. */
  private SettingsDocument next(List<StoredSetting> wanted, SettingsDocument before) {
    List<StoredSetting> changes = dated(wanted, before);
    UpdateCheck.requireReadable(changes);
    return forgotten(before.with(changes));
  }

  /** What another node made already; of what changed since only the value that it set is known. */
  private Written made(List<SettingChange> made, List<StoredSetting> wanted) {
    SettingChange any = made.getFirst();
    List<SettingChange> all =
        wanted.stream()
            .map(one ->
                made.stream()
                    .filter(change -> change.path().equals(one.path()))
                    .findFirst()
                    .orElse(
                        new SettingChange(
                            one.path(), one.value(), any.timestampMillis(), any.origin())))
            .toList();
    return new Written(settings.version(), all);
  }

  private Future<Written> kept(
      SettingsStore.Taken taken, List<StoredSetting> wanted, String origin) {
    SettingsDocument now = taken.now();
    List<StoredSetting> changes =
        wanted.stream().map(one -> now.settings().getOrDefault(one.path(), one)).toList();
    // At once, so that no node finds out by itself before it hears whose change it was.
    Future<Void> told = store.here(settings.tell(now, changes, origin));
    return disk.save(now)
        .compose(ignored -> told)
        .map(ignored ->
            new Written(now.version(), changes.stream().map(one -> one.toldFrom(origin)).toList()));
  }

  private static RefusalException refusal(Throwable failure) {
    if (failure instanceof RefusalException refusal) {
      return refusal;
    }
    if (failure instanceof AskerCheck.LateException late) {
      return RefusalException.unavailable("settings", String.valueOf(late.getMessage()));
    }
    LOG.warn("the cluster did not take a change of settings", failure);
    return RefusalException.unavailable(
        "settings", "the cluster does not answer; read the settings to see whether it took them");
  }

  /** A later change must have a later time, whatever the clocks of the nodes say. */
  private List<StoredSetting> dated(List<StoredSetting> wanted, SettingsDocument before) {
    long now = clock.getAsLong();
    return wanted.stream()
        .map(one -> {
          StoredSetting former = before.settings().get(one.path());
          long time = former == null ? now : Math.max(now, former.timestampMillis() + 1);
          return new StoredSetting(one.path(), one.value(), time, one.isDefault());
        })
        .toList();
  }

  /** Without the traces of what was taken back long ago. */
  private SettingsDocument forgotten(SettingsDocument document) {
    long before = clock.getAsLong() - FORGET_MILLIS;
    Collection<StoredSetting> all = document.settings().values();
    if (all.stream().noneMatch(one -> isForgotten(one, before))) {
      return document;
    }
    SortedMap<String, StoredSetting> rest = new TreeMap<>(document.settings());
    rest.values().removeIf(one -> isForgotten(one, before));
    return new SettingsDocument(document.lineage(), document.version(), rest);
  }

  private static boolean isForgotten(StoredSetting setting, long before) {
    return setting.isDefault() && setting.timestampMillis() < before;
  }
}
