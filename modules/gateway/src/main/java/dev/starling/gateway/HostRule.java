/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which names a request may call this node by (header {@code Host}, RFC 9110, 7.2). A page
 * elsewhere can make its own name point at a loopback or private address and then counts as the
 * same origin there (DNS rebinding); its name in {@code Host} gives it away. Immutable.
 */
final class HostRule {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::");

  private final Set<String> names = new HashSet<>();

  /**
   * A rule.
   *
   * @param bound what the ports bind to
   * @param allowed further names
   */
  HostRule(String bound, List<String> allowed) {
    allowed.forEach(name -> names.add(plain(name)));
    if (!EVERY_ADDRESS.contains(plain(bound))) {
      names.add(plain(bound));
    }
  }

  /**
   * Whether a request may have {@code host}: loopback, the bound name, a listed one, or the very
   * address that the connection came in on, which no other page can have as its name.
   *
   * @param local this end of the connection, as an address
   */
  boolean allows(String host, String local) {
    String name = plain(host);
    return isLoopback(name) || names.contains(name) || isSameAddress(name, local);
  }

  private static boolean isSameAddress(String name, String local) {
    Optional<InetAddress> named = AddressRange.literal(name);
    return named.isPresent() && named.equals(AddressRange.literal(local));
  }

  /** Whether a host is this machine by its name or by its address. */
  static boolean isLoopback(String host) {
    String name = plain(host);
    return name.equals("localhost")
        || AddressRange.literal(name).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** A host as it is compared: lower case, no brackets, no dot at its end. */
  static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
