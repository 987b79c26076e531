/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whose requests the two ports take, and how much one request or address may cost before anything
 * looks at it; section {@code http} of the configuration and {@code limits.web}.
 *
 * @param allowedHosts names beside loopback and the bound one that {@code Host} may have, without
 *     port, in lower case
 * @param allowedOrigins pages beside those of the same host and of loopback that may connect, as
 *     browsers write them; {@code *} is every page
 * @param trustedProxies peers that are believed when they say whom they speak for
 * @param requestTimeout how long a request may take to come in whole, 1 s–10 min
 * @param requestsPerMinute requests of one address, 1–1000000
 * @param tls the servers' key and certificate; empty for plain TCP
 */
public record HttpAccess(
    List<String> allowedHosts,
    List<String> allowedOrigins,
    List<AddressRange> trustedProxies,
    Duration requestTimeout,
    int requestsPerMinute,
    Optional<Tls> tls) {

  /**
   * TLS of both ports, from PEM files.
   *
   * @param key the private key
   * @param certificate the certificate, followed by what it was signed with
   */
  public record Tls(Path key, Path certificate) {
    /**
     * Reads both as a server does when it starts; blocks.
     *
     * @throws TlsFileException where they cannot be used, or do not fit each other
     */
    public void check() throws TlsFileException {
      Vertx vertx = Vertx.vertx();
      try {
        PemPair.read(vertx, this, Instant.now());
      } finally {
        vertx.close().await();
      }
    }
  }

  public HttpAccess {
    allowedHosts = List.copyOf(allowedHosts);
    allowedOrigins = List.copyOf(allowedOrigins);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Whether {@code Host} may have a name that pages and people elsewhere can use. */
  public boolean hasNameOfItsOwn() {
    return !allowedHosts.stream().allMatch(HostRule::isLoopback);
  }
}
