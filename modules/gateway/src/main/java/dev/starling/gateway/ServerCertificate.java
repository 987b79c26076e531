/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.HttpAccess.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a node's servers, taken anew when its files change: connections made after
 * that get the new one, those that are open live on. What cannot be used changes nothing. Files are
 * read on worker threads; {@link #look} is called by one thread after the other.
 */
final class ServerCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final Vertx vertx;
  private final Tls files;
  private final GatewayMetrics metrics;

  /** One server of each port; the others of the port share its certificate. */
  private final Map<Integer, HttpServer> servers = new ConcurrentHashMap<>();

  private volatile PemPair current;
  private Stamps taken;
  private Stamps seen;

  /** Those that could not be taken over, of which the log was told. */
  private @Nullable Stamps kept;

  /** What tells that a file has changed. */
  private record Stamp(long modified, long size, String file) {
    private static final Stamp NONE = new Stamp(-1, -1, "");

    static Stamp of(Path path) {
      try {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(
            found.lastModifiedTime().toMillis(), found.size(), String.valueOf(found.fileKey()));
      } catch (IOException e) {
        LOG.debug("{} cannot be looked at", path, e);
        return NONE;
      }
    }
  }

  private record Stamps(Stamp key, Stamp certificate) {
    static Stamps of(Tls files) {
      return new Stamps(Stamp.of(files.key()), Stamp.of(files.certificate()));
    }
  }

  private ServerCertificate(
      Vertx vertx, Tls files, GatewayMetrics metrics, Stamps stamps, PemPair pair) {
    this.vertx = vertx;
    this.files = files;
    this.metrics = metrics;
    this.taken = stamps;
    this.seen = stamps;
    this.current = pair;
    metrics.gauge(
        "starling.gateway.certificate.expires",
        "When the servers' certificate ends, in seconds since 1970",
        () -> current.expires().getEpochSecond());
  }

  /** Reads the files; fails with a {@link TlsFileException}. */
  static Future<ServerCertificate> load(Vertx vertx, Tls files, GatewayMetrics metrics) {
    return onWorker(
        vertx,
        () -> {
          Stamps stamps = Stamps.of(files);
          PemPair pair = PemPair.read(vertx, files, Instant.now());
          return new ServerCertificate(vertx, files, metrics, stamps, pair);
        });
  }

  private static <T> Future<T> onWorker(Vertx vertx, Callable<T> work) {
    return vertx.executeBlocking(work).map(result -> Objects.requireNonNull(result));
  }

  /** Makes a server speak TLS. HTTP/1.1 only: WebSockets over HTTP/2 are not offered. */
  void secure(HttpServerOptions options) {
    options
        .setSsl(true)
        .setKeyCertOptions(current.options())
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
  }

  /** Keeps a server that listens up to date. */
  void keep(HttpServer server) {
    servers.putIfAbsent(server.actualPort(), server);
  }

  /**
   * Looks whether the files have changed, and takes them once they have not for one look, since a
   * key and its certificate are not written at the same instant.
   */
  Future<?> look() {
    return onWorker(
            vertx,
            () -> {
              Stamps now = Stamps.of(files);
              boolean settled = now.equals(seen);
              seen = now;
              return settled && !now.equals(taken);
            })
        .compose(changed -> changed ? take(seen) : Future.succeededFuture());
  }

  /** What fails is tried again at every look: what was in its way may be gone. */
  private Future<?> take(Stamps stamps) {
    return onWorker(vertx, () -> PemPair.read(vertx, files, Instant.now()))
        .compose(this::serve)
        .onSuccess(pair -> {
          taken = stamps;
          current = pair;
          metrics.certificate("taken");
          LOG.info("the servers' certificate was renewed, it ends at {}", pair.expires());
        })
        .onFailure(failure -> keep(stamps, failure));
  }

  private void keep(Stamps stamps, Throwable failure) {
    if (!stamps.equals(kept)) {
      kept = stamps;
      metrics.certificate("kept");
      LOG.warn("the servers keep their certificate: {}", failure.getMessage());
    }
  }

  private Future<PemPair> serve(PemPair pair) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setKeyCertOptions(pair.options());
    options.setEnabledSecureTransportProtocols(PROTOCOLS);
    options.setUseAlpn(true);
    List<Future<Boolean>> updates =
        servers.values().stream().map(server -> server.updateSSLOptions(options)).toList();
    return Future.all(updates).map(pair);
  }
}
