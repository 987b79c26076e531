/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address or a block of them (RFC 4632, 3.1; RFC 4291, 2.3). IPv4-mapped IPv6 addresses are the
 * IPv4 addresses that they stand for.
 *
 * @param base an address of the block
 * @param bits how many leading bits are the block's, 0–32 or 0–128
 */
public record AddressRange(InetAddress base, int bits) {

  /** Reads {@code 10.0.0.7}, {@code 10.0.0.0/8} or {@code fd00::/8}; empty for anything else. */
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    return literal(address)
        .flatMap(base -> {
          int most = base.getAddress().length * 8;
          int bits = slash < 0 ? most : bits(text.substring(slash + 1));
          return bits < 0 || bits > most
              ? Optional.empty()
              : Optional.of(new AddressRange(base, bits));
        });
  }

  private static int bits(String text) {
    return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
  }

  /** An address as it is written, with or without brackets; never looks up a name. */
  static Optional<InetAddress> literal(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    int zone = bare.indexOf('%');
    try {
      return Optional.of(InetAddress.ofLiteral(zone < 0 ? bare : bare.substring(0, zone)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether {@code address} lies within. */
  boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != other[i]) {
        return false;
      }
    }
    int rest = 8 - bits % 8;
    return rest == 8 || (mine[whole] & 0xFF) >> rest == (other[whole] & 0xFF) >> rest;
  }
}
