/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The TCP ports that a process of this machine listens on, as the kernel tells. */
final class ListeningPorts {
  private static final String LISTENING = "0A";

  private ListeningPorts() {}

  static Set<Integer> of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<String> sockets = sockets(process.resolve("fd"));
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("net/tcp", "net/tcp6", "net/udp", "net/udp6")) {
      for (String line : Files.readAllLines(process.resolve(table))) {
        String[] fields = line.trim().split("\\s+", -1);
        boolean mine = fields.length > 9 && sockets.contains("socket:[" + fields[9] + "]");
        if (mine && (LISTENING.equals(fields[3]) || table.startsWith("net/udp"))) {
          ports.add(Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private static Set<String> sockets(Path descriptors) throws IOException {
    Set<String> found = new HashSet<>();
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path one : all.toList()) {
        try {
          found.add(Files.readSymbolicLink(one).toString());
        } catch (IOException gone) {
          Measured.note("a descriptor closed meanwhile: " + gone.getMessage());
        }
      }
    }
    return found;
  }
}
