/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The document of a cluster: the one entry of a map that Hazelcast keeps on several nodes. */
final class ClusterDocument implements SharedDocument {
  private static final String KEY = "document";

  private final AsyncMap<String, byte[]> map;

  private ClusterDocument(AsyncMap<String, byte[]> map) {
    this.map = map;
  }

  static Future<SharedDocument> open(Vertx vertx, String name) {
    return vertx.sharedData().<String, byte[]>getClusterWideMap(name).map(ClusterDocument::new);
  }

  @Override
  public Future<Optional<byte[]>> read() {
    return asked(() -> map.get(KEY)).map(Optional::ofNullable);
  }

  @Override
  public Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
    return asked(() ->
        expected.isPresent()
            ? map.replaceIfPresent(KEY, expected.get(), now)
            : map.putIfAbsent(KEY, now).map(Objects::isNull));
  }

  /** A member that is about to end throws rather than fails. */
  private static <T> Future<T> asked(Supplier<Future<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
