/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that were free a moment ago, for what must know its port before it listens. They lie below
 * those that the system gives to outgoing connections, so that none of these takes one meanwhile.
 * Test JVMs that run side by side have ranges of their own.
 */
public final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int RANGES = 4;
  private static final int RANGE = 5_000;
  private static final int FIRST =
      LOWEST + (Integer.getInteger("starling.test.fork", 1) - 1) % RANGES * RANGE;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /** Some distinct free ports of the loopback address. */
  public static List<Integer> some(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int tries = 0; held.size() < count && tries < TRIES; tries++) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST + RANGE);
        try {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException taken) {
          // another try
        }
      }
      if (held.size() < count) {
        throw new IllegalStateException("no " + count + " free ports");
      }
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
