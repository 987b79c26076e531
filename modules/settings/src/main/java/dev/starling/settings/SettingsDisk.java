/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.settings.SettingsDocument;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the latest document in the node's file, one write at a time on a worker; of several that
 * wait only the last is written. A disk that is full or broken keeps nobody from changing settings:
 * it is said once, counted, and tried again. Verticle's event loop only.
 */
final class SettingsDisk {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsDisk.class);

  private final Context context;
  private final SettingsMetrics metrics;
  private final Optional<SettingsFile> file;
  private @Nullable SettingsDocument written;
  private @Nullable SettingsDocument waiting;
  private Promise<Void> done = Promise.promise();
  private boolean writing;
  private boolean failing;

  SettingsDisk(Context context, SettingsMetrics metrics, Optional<Path> folder) {
    this.context = context;
    this.metrics = metrics;
    this.file = folder.map(SettingsFile::new);
  }

  /** What this node kept; empty where it kept nothing that can be read. */
  Future<Optional<SettingsDocument>> load() {
    return file.map(there -> context.executeBlocking(there::load))
        .orElse(Future.succeededFuture(Optional.empty()));
  }

  /** Complete once this document or a later one is on disk, or could not be written. */
  Future<Void> save(SettingsDocument document) {
    if (file.isEmpty() || isWritten(document)) {
      return Future.succeededFuture();
    }
    SettingsDocument next = waiting;
    if (next == null || !isIn(document, next)) {
      waiting = document;
    }
    Future<Void> saved = done.future();
    if (!writing) {
      writeNext(file.get());
    }
    return saved;
  }

  private boolean isWritten(SettingsDocument document) {
    SettingsDocument before = written;
    return before != null && isIn(document, before);
  }

  /** Whether a later document, or one as late, has what {@code document} has. */
  private static boolean isIn(SettingsDocument document, SettingsDocument later) {
    return later.lineage().equals(document.lineage()) && later.version() >= document.version();
  }

  private void writeNext(SettingsFile to) {
    SettingsDocument document = waiting;
    if (document == null) {
      return;
    }
    Promise<Void> finished = done;
    done = Promise.promise();
    waiting = null;
    if (isWritten(document)) {
      finished.complete(); // it was asked for again while it was written
      return;
    }
    writing = true;
    context
        .executeBlocking(() -> {
          to.save(document);
          return document;
        })
        .onComplete(
            saved -> {
              written = saved;
              recovered();
            },
            this::failed)
        .onComplete(either -> {
          writing = false;
          finished.complete();
          writeNext(to);
        });
  }

  private void recovered() {
    if (failing) {
      LOG.info("the settings are kept on disk again");
      failing = false;
    }
  }

  private void failed(Throwable failure) {
    metrics.diskFailed();
    if (!failing) {
      LOG.warn(
          "the settings cannot be kept on disk: they live in the cluster only and would not outlive"
              + " a full restart; look at node.data",
          failure);
      failing = true;
    }
  }
}
