/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages may connect (header {@code Origin}, RFC 6454, 7; RFC 6455, 10.2): those of the same
 * scheme, host and port, those of this machine, and those that are listed. Immutable.
 */
final class OriginRule {
  /** Lets every page in. */
  static final String EVERY = "*";

  private final Set<String> listed = new HashSet<>();

  /**
   * A rule.
   *
   * @param allowed origins as browsers write them, or {@link #EVERY}
   */
  OriginRule(List<String> allowed) {
    allowed.forEach(origin -> listed.add(origin.toLowerCase(Locale.ROOT)));
  }

  private record Place(String scheme, String host, int port) {}

  /**
   * Whether a page of {@code origin} may send a request.
   *
   * @param secure whether the request came over TLS
   * @param host the request's own host
   * @param port the request's own port; -1 where it names none
   */
  boolean allows(String origin, boolean secure, String host, int port) {
    if (listed.contains(EVERY) || listed.contains(origin.toLowerCase(Locale.ROOT))) {
      return true;
    }
    String scheme = secure ? "https" : "http";
    Place here = new Place(scheme, HostRule.plain(host), port < 0 ? usual(scheme) : port);
    return place(origin)
        .filter(page -> page.equals(here) || HostRule.isLoopback(page.host()))
        .isPresent();
  }

  /**
   * Empty for {@code null}, which browsers send for pages of no origin, and for no origin at all.
   */
  private static Optional<Place> place(String origin) {
    try {
      URI uri = new URI(origin);
      String scheme = uri.getScheme();
      String host = uri.getHost();
      boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
      if (scheme == null || host == null || !bare || uri.getRawUserInfo() != null) {
        return Optional.empty();
      }
      String lower = scheme.toLowerCase(Locale.ROOT);
      int port = uri.getPort() < 0 ? usual(lower) : uri.getPort();
      return Optional.of(new Place(lower, HostRule.plain(host), port));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static int usual(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }
}
