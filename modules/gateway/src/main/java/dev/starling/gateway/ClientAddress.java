/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whom a request comes from: the TCP peer, or, where that is a trusted proxy, the last hop that is
 * none. {@code Forwarded} (RFC 7239) is read only where there is no {@code X-Forwarded-For}: most
 * proxies write the latter and pass the former on as the client made it up. Thread-safe.
 */
final class ClientAddress {
  private static final int MOST_HOPS = 32;

  private final List<AddressRange> trusted;

  ClientAddress(List<AddressRange> trusted) {
    this.trusted = List.copyOf(trusted);
  }

  InetAddress of(HttpServerRequest request) {
    InetAddress peer = peer(request);
    return isTrusted(peer) ? behind(peer, hops(request)) : peer;
  }

  private static InetAddress peer(HttpServerRequest request) {
    return AddressRange.literal(request.remoteAddress().hostAddress())
        .orElseGet(InetAddress::getLoopbackAddress);
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }

  /** Walks back from the peer; what a hop that is not trusted wrote is never looked at. */
  private InetAddress behind(InetAddress peer, List<String> hops) {
    InetAddress last = peer;
    int first = Math.max(0, hops.size() - MOST_HOPS);
    for (int i = hops.size() - 1; i >= first; i--) {
      Optional<InetAddress> hop = address(hops.get(i));
      if (hop.isEmpty()) {
        return last;
      }
      last = hop.get();
      if (!isTrusted(last)) {
        return last;
      }
    }
    return last;
  }

  private static List<String> hops(HttpServerRequest request) {
    List<String> listed = items(request.headers().getAll("x-forwarded-for"));
    return listed.isEmpty()
        ? items(request.headers().getAll("forwarded")).stream()
            .map(ClientAddress::forwardedFor)
            .toList()
        : listed;
  }

  private static List<String> items(List<String> headers) {
    List<String> items = new ArrayList<>();
    for (String header : headers) {
      items.addAll(Arrays.asList(header.split(",", -1)));
    }
    return items;
  }

  /** The parameter {@code for} of one element; empty where it has none. */
  private static String forwardedFor(String element) {
    return Arrays.stream(element.split(";", -1))
        .map(String::strip)
        .filter(pair -> pair.regionMatches(true, 0, "for=", 0, 4))
        .map(pair -> pair.substring(4).strip())
        .findFirst()
        .orElse("");
  }

  /** An address with or without quotes, brackets and port; empty for a name made up by a proxy. */
  private static Optional<InetAddress> address(String hop) {
    String bare = hop.strip().replace("\"", "");
    int colon = bare.lastIndexOf(':');
    boolean hasPort = bare.startsWith("[") ? colon > bare.indexOf(']') : colon == bare.indexOf(':');
    return AddressRange.literal(colon > 0 && hasPort ? bare.substring(0, colon) : bare);
  }
}
