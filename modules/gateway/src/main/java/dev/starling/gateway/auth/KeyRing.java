/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an {@link Authenticator} its keys and replaces them, all at once, when a file changes.
 * Where a new file cannot be used the keys from before stay, and the log says so once. Files are
 * looked at and read on worker threads.
 */
public final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final AuthConfig config;
  private final Authenticator authenticator;
  private final AtomicBoolean looking = new AtomicBoolean();
  private Map<Path, Stamp> seen = Map.of();

  /** What tells a file from what it was. */
  private record Stamp(FileTime modified, long size, String identity) {}

  private KeyRing(Vertx vertx, AuthConfig config, Authenticator authenticator) {
    this.vertx = vertx;
    this.config = config;
    this.authenticator = authenticator;
  }

  /**
   * Reads the keys and looks every two seconds whether their files changed, until Vert.x ends.
   *
   * @return failed with a {@link KeyFileException} where a key cannot be used
   */
  public static Future<KeyRing> open(Vertx vertx, AuthConfig config, Authenticator authenticator) {
    return open(vertx, config, authenticator, LOOK);
  }

  static Future<KeyRing> open(
      Vertx vertx, AuthConfig config, Authenticator authenticator, Duration every) {
    KeyRing ring = new KeyRing(vertx, config, authenticator);
    return vertx
        .executeBlocking(ring::read)
        .map(keys -> {
          if (!VerificationKeys.files(config).isEmpty()) {
            vertx.setPeriodic(every.toMillis(), timer -> ring.look());
          }
          return ring;
        });
  }

  /**
   * Reads every key anew, changed or not.
   *
   * @return how many there are now; failed with a {@link KeyFileException} where one cannot be
   *     used, and then the ones from before stay
   */
  public Future<Integer> reload() {
    return vertx
        .executeBlocking(this::readAnew)
        .map(keys -> Objects.requireNonNullElse(keys, 0))
        .onFailure(this::kept);
  }

  private void look() {
    if (looking.compareAndSet(false, true)) {
      vertx
          .executeBlocking(this::readIfChanged)
          .onFailure(this::kept)
          .onComplete(done -> looking.set(false));
    }
  }

  private synchronized boolean readIfChanged() {
    boolean changed = !stamps().equals(seen);
    if (changed) {
      readAnew();
    }
    return changed;
  }

  private synchronized int readAnew() {
    List<VerificationKey> keys = read();
    authenticator.metrics().reloaded("replaced");
    LOG.info("keys for tokens read anew: {}", keys);
    return keys.size();
  }

  /** Stamps are taken first: a file that changes while it is read is read again. */
  private synchronized List<VerificationKey> read() {
    seen = stamps();
    List<VerificationKey> keys = VerificationKeys.read(config);
    authenticator.use(keys);
    return keys;
  }

  private Map<Path, Stamp> stamps() {
    Map<Path, Stamp> stamps = new HashMap<>();
    for (Path file : VerificationKeys.files(config)) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.put(
            file, new Stamp(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey())));
      } catch (IOException e) {
        LOG.debug("{} cannot be looked at", file, e);
      }
    }
    return stamps;
  }

  private void kept(Throwable failure) {
    authenticator.metrics().reloaded("failed");
    LOG.warn("{}; the keys from before stay in use", failure.getMessage());
  }
}
