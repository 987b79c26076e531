/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A document of a cluster: one entry of a map that Hazelcast keeps on several nodes. */
final class ClusterDocument implements SharedDocument {
  private final AsyncMap<String, byte[]> map;
  private final String key;

  ClusterDocument(AsyncMap<String, byte[]> map, String key) {
    this.map = map;
    this.key = key;
  }

  /** The documents of a map, by the keys of their entries. */
  static Future<Function<String, SharedDocument>> open(Vertx vertx, String name) {
    return vertx
        .sharedData()
        .<String, byte[]>getClusterWideMap(name)
        .map(map -> key -> new ClusterDocument(map, key));
  }

  @Override
  public Future<Optional<byte[]>> read() {
    return asked(() -> map.get(key)).map(Optional::ofNullable);
  }

  @Override
  public Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
    return asked(() ->
        expected.isPresent()
            ? map.replaceIfPresent(key, expected.get(), now)
            : map.putIfAbsent(key, now).map(Objects::isNull));
  }

  /** A member that is about to end throws rather than fails. */
  static <T> Future<T> asked(Supplier<Future<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
