/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many documents of more than one part each client address has on their way through this node,
 * either way. Whoever leads the graph takes few at a time, and a client that reads or sends slowly
 * keeps one of these places for long: through one node no address may have them all. Takes no more
 * room than the documents do. Thread-safe.
 */
final class DocumentPlaces {
  /** Of one address. */
  static final int MOST = 2;

  private static final int RETRY_SECONDS = 5;

  private final ClientAddress clients;
  private final Map<ClientKey, Integer> taken = new ConcurrentHashMap<>();

  DocumentPlaces(List<AddressRange> trustedProxies) {
    this.clients = new ClientAddress(trustedProxies);
  }

  /** One document's place. Thread-safe. */
  interface Place {
    /** Of a document that needs none. */
    Place NONE = () -> {};

    /** Gives it back; to be called once. */
    void leave();
  }

  /**
   * A place for one more.
   *
   * @throws RefusalException RATE_LIMITED where the address has as many as it may
   */
  Place enter(HttpServerRequest request) {
    ClientKey client = ClientKey.of(clients.of(request));
    boolean[] entered = {false};
    taken.compute(
        client,
        (key, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < MOST;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    if (!entered[0]) {
      throw refusal(request.response());
    }
    return () -> taken.computeIfPresent(client, (key, count) -> count > 1 ? count - 1 : null);
  }

  private static RefusalException refusal(HttpServerResponse response) {
    response.putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    return new RefusalException(
        ErrorCode.RATE_LIMITED,
        MOST
            + " documents of more than 1 MiB are on their way to or from this address already; wait"
            + " until one of them has ended",
        Map.of("limit", MOST, "retryAfterMs", RETRY_SECONDS * 1000));
  }

  /** Addresses that have a document on its way. */
  int addresses() {
    return taken.size();
  }
}
