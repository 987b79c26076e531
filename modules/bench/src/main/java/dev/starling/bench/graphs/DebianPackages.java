/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which packages of a Debian archive need which, from what {@code apt-cache dumpavail} prints
 * (deb822 paragraphs): an edge for each of Depends, Pre-Depends and Recommends, of alternatives the
 * first, without direction. Immutable.
 */
final class DebianPackages {
  private static final List<String> NEEDS = List.of("Depends:", "Pre-Depends:", "Recommends:");

  private final Map<String, NavigableSet<String>> neighbours;

  private DebianPackages(Map<String, NavigableSet<String>> neighbours) {
    this.neighbours = neighbours;
  }

  /** Reads the lines of all paragraphs; what is needed and is no package is left out. */
  static DebianPackages parse(Stream<String> lines) {
    Map<String, NavigableSet<String>> needs = new LinkedHashMap<>();
    String[] current = {""};
    lines.forEach(line -> {
      int colon = line.indexOf(':');
      if (line.startsWith("Package:")) {
        current[0] = line.substring(colon + 1).strip();
        needs.computeIfAbsent(current[0], _ -> new TreeSet<>());
      } else if (colon > 0 && NEEDS.contains(line.substring(0, colon + 1))) {
        needs.getOrDefault(current[0], new TreeSet<>()).addAll(needed(line.substring(colon + 1)));
      }
    });
    return new DebianPackages(bothWays(needs));
  }

  /** The first alternative of each relation, without its version and architecture. */
  private static List<String> needed(String relations) {
    return Stream.of(relations.split(",", -1))
        .map(relation -> relation.split("\\|", -1)[0].strip().split("[ (:\\[]", 2)[0])
        .toList();
  }

  private static Map<String, NavigableSet<String>> bothWays(
      Map<String, NavigableSet<String>> needs) {
    Map<String, NavigableSet<String>> neighbours = new LinkedHashMap<>();
    needs.keySet().forEach(name -> neighbours.put(name, new TreeSet<>()));
    needs.forEach((name, others) ->
        others.stream()
            .filter(other -> needs.containsKey(other) && !other.equals(name))
            .forEach(other -> {
              neighbours.getOrDefault(name, Collections.emptyNavigableSet()).add(other);
              neighbours.getOrDefault(other, Collections.emptyNavigableSet()).add(name);
            }));
    return neighbours;
  }

  int size() {
    return neighbours.size();
  }

  /**
   * The graph of the packages that breadth-first search reaches first from one of them, in the
   * order in which it does, neighbours by their names.
   *
   * @throws IllegalArgumentException where there is no such package, or it reaches fewer
   */
  EdgeList around(String root, int nodes) {
    if (!neighbours.containsKey(root)) {
      throw new IllegalArgumentException(
          "no package "
              + root
              + " among the "
              + size()
              + " that apt-cache knows; name another one");
    }
    Map<String, Integer> numbers = reached(root, nodes);
    if (numbers.size() < nodes) {
      throw new IllegalArgumentException(
          root
              + " reaches "
              + numbers.size()
              + " packages, of "
              + nodes
              + " wanted; name another one");
    }
    EdgeList.Collector edges = new EdgeList.Collector();
    numbers.forEach((name, number) -> {
      for (String other : of(name)) {
        Integer end = numbers.get(other);
        if (end != null) {
          edges.add(number, end);
        }
      }
    });
    return edges.list();
  }

  private Map<String, Integer> reached(String root, int most) {
    Map<String, Integer> numbers = new LinkedHashMap<>(Map.of(root, 0));
    List<String> queue = new ArrayList<>(List.of(root));
    for (int next = 0; next < queue.size() && numbers.size() < most; next++) {
      for (String other : of(queue.get(next))) {
        if (numbers.size() < most && numbers.putIfAbsent(other, numbers.size()) == null) {
          queue.add(other);
        }
      }
    }
    return numbers;
  }

  private NavigableSet<String> of(String name) {
    return neighbours.getOrDefault(name, Collections.emptyNavigableSet());
  }
}
