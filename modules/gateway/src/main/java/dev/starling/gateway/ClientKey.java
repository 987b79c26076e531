/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What limits per address count by: an IPv4 address, or the first 64 bits of an IPv6 address, of
 * which one network has the rest to choose from (RFC 4291, 2.5.1).
 */
record ClientKey(boolean isV6, long network) {
  static ClientKey of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    boolean isV6 = address instanceof Inet6Address;
    return new ClientKey(isV6, isV6 ? bytes.getLong() : bytes.getInt());
  }
}
