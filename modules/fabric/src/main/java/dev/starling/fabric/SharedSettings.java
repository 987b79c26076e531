/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's copy of the settings that were changed. Whoever changes them tells every node; a node
 * that missed it, or has just come, reads the shared document itself, so that reading needs nobody
 * who serves. Reads are safe from any thread; everything else happens on the fabric's event loop.
 */
public final class SharedSettings {
  private static final Logger LOG = LoggerFactory.getLogger(SharedSettings.class);
  private static final long CHECK_MILLIS = 2_000;

  /** For so long the word on a change may be behind the document that has it. */
  private static final long WORD_MILLIS = 200;

  /** Words ahead of their document that are kept; of older ones the origin is lost. */
  private static final int MOST_EARLY = 64;

  /** A document so long is compared one period more seldom for each time that it is so long. */
  private static final int LONG_BYTES = 64 << 10;

  private static final SettingsDocument UNREAD = new SettingsDocument("", -1, new TreeMap<>());

  private final Vertx vertx;
  private final Context loop;
  private final MeshBus bus;
  private final Supplier<View> view;
  private final SharedDocument shared;
  private final List<SettingsListener> listeners = new CopyOnWriteArrayList<>();
  private volatile SettingsDocument current = UNREAD;
  private volatile boolean missing;
  private byte[] lastRead = {};

  /** What was read ahead of its word, which says who asked for it and is waited for once. */
  private SettingsDocument untold = UNREAD;

  private boolean missedWord;

  /** Words that were heard ahead of the document that has their changes. */
  private final Deque<SettingsChanged> early = new ArrayDeque<>();

  private boolean reading;
  private boolean readAgain;
  private int checksToSkip;

  SharedSettings(
      Vertx vertx, Context loop, MeshBus bus, Supplier<View> view, SharedDocument shared) {
    this.vertx = vertx;
    this.loop = loop;
    this.bus = bus;
    this.view = view;
    this.shared = shared;
  }

  /** Reads what is there and goes on comparing; complete after the first read, well or not. */
  Future<Void> start() {
    Promise<Void> first = Promise.promise();
    loop.runOnContext(go -> {
      vertx.setPeriodic(CHECK_MILLIS, timer -> check());
      read().onComplete(done -> first.complete());
    });
    return first.future();
  }

  /** The value that somebody gave a setting; empty where its default is in force. */
  public Optional<RawJson> value(String path) {
    return current.changed(path).map(StoredSetting::value);
  }

  /** The number that somebody gave a setting; {@code fallback} where nobody did. */
  public double number(String path, double fallback) {
    return value(path).map(value -> number(path, value, fallback)).orElse(fallback);
  }

  /** Values are checked before they are kept, but a file may have been edited since. */
  private static double number(String path, RawJson value, double fallback) {
    try {
      return Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      LOG.warn("setting {} is {}, which is no number; {} is used", path, value, fallback);
      return fallback;
    }
  }

  /** The version of {@link #document}; −1 before the first was read. */
  public long version() {
    return current.version();
  }

  /** Everything that was changed, as this node knows it. */
  public SettingsDocument document() {
    return current;
  }

  /** Whether no node of the mesh had the document any more when this one looked last. */
  public boolean isMissing() {
    return missing;
  }

  /** What all nodes share, for whoever changes it. */
  public SharedDocument shared() {
    return shared;
  }

  /** Calls {@code listener} on every change from now on. */
  public void listen(SettingsListener listener) {
    listeners.add(listener);
  }

  /**
   * Tells every node of changes that the shared document has already.
   *
   * @param now the document with them
   * @param changes what it has that the version before had not
   * @param origin who asked for them
   * @return complete once this node has them
   */
  public Future<Void> tell(SettingsDocument now, List<StoredSetting> changes, String origin) {
    SettingsChanged word = new SettingsChanged(now.lineage(), now.version(), changes, origin);
    Promise<Void> known = Promise.promise();
    loop.runOnContext(go -> {
      if (follows(word)) {
        change(now, told(word));
      } else {
        keep(word);
        take(now);
      }
      for (String node : view.get().nodes().keySet()) {
        if (!node.equals(view.get().self())) {
          bus.send(Addresses.fabric(node), word);
        }
      }
      known.complete();
    });
    return known.future();
  }

  /** What another node told; a gap is filled by reading. */
  void hear(SettingsChanged word) {
    if (follows(word)) {
      change(current.with(word.changes()), told(word));
    } else if (!isOld(word.lineage(), word.version())) {
      missedWord = true;
      keep(word);
      read();
    }
  }

  private static List<SettingChange> told(SettingsChanged word) {
    return word.changes().stream().map(one -> one.toldFrom(word.origin())).toList();
  }

  private void keep(SettingsChanged word) {
    if (early.size() == MOST_EARLY) {
      early.removeFirst();
    }
    early.addLast(word);
  }

  /** Who asked for a change that was read, as far as its word was heard. */
  private String originOf(StoredSetting change) {
    return early.stream()
        .filter(word -> word.changes().contains(change))
        .map(SettingsChanged::origin)
        .findFirst()
        .orElse("");
  }

  private boolean follows(SettingsChanged word) {
    return word.lineage().equals(current.lineage()) && word.version() == current.version() + 1;
  }

  private boolean isOld(String lineage, long version) {
    return lineage.equals(current.lineage()) && version <= current.version();
  }

  private void check() {
    if (checksToSkip > 0) {
      checksToSkip--;
    } else if (!reading) {
      read();
    }
  }

  private Future<Void> read() {
    if (reading) {
      readAgain = true;
      return Future.succeededFuture();
    }
    reading = true;
    readAgain = false;
    Promise<Void> done = Promise.promise();
    shared
        .read()
        .onComplete(content ->
            loop.runOnContext(go -> {
              reading = false;
              if (content.succeeded()) {
                missing = content.result().isEmpty();
                content.result().ifPresent(this::compare);
              } else {
                LOG.debug("the settings cannot be read now", content.cause());
              }
              done.complete();
              if (readAgain) {
                read();
              }
            }));
    return done.future();
  }

  private void compare(byte[] bytes) {
    checksToSkip = bytes.length / LONG_BYTES;
    if (Arrays.equals(bytes, lastRead)) {
      return;
    }
    lastRead = bytes;
    try {
      SettingsDocument now = SettingsDocument.of(bytes);
      if (!missedWord && isAhead(now) && !isAhead(untold)) {
        untold = now;
        vertx.setTimer(WORD_MILLIS, timer -> takeUntold());
      } else {
        missedWord = false;
        take(now);
      }
    } catch (DamagedDocumentException e) {
      LOG.error("the settings that the mesh shares cannot be read; this node keeps its own", e);
    }
  }

  private void takeUntold() {
    if (isAhead(untold)) {
      take(untold);
    }
  }

  private boolean isAhead(SettingsDocument document) {
    return document.lineage().equals(current.lineage()) && document.version() > current.version();
  }

  private void take(SettingsDocument now) {
    if (!isOld(now.lineage(), now.version())) {
      change(now, now.since(current).stream().map(one -> one.toldFrom(originOf(one))).toList());
    }
  }

  private void change(SettingsDocument now, List<SettingChange> told) {
    current = now;
    missing = false;
    early.removeIf(word -> isOld(word.lineage(), word.version()));
    for (SettingsListener listener : listeners) {
      try {
        listener.settingsChanged(told);
      } catch (RuntimeException e) {
        LOG.error("a listener failed on changes of settings", e);
      }
    }
  }
}
