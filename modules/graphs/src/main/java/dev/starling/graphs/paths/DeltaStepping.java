/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.paths;

import dev.starling.graphs.CompactAdjacency;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Shortest paths by delta-stepping (Meyer and Sanders 2003), by one thread: nodes wait in buckets
 * of equal width by their distance, and a bucket is emptied in any order. An edge is {@code 1 /
 * weight} long. Distances are sums of floats along the path, from the source on, and therefore the
 * same as Dijkstra's to the last bit. Holds scratch that serves one tree after another; one thread
 * at a time.
 */
public final class DeltaStepping {
  /**
   * Buckets are this many times narrower than the mean edge is long. Measured on graphs of
   * packages, where hubs are many: with 4 every edge is looked at 1.6 times, with 32 hardly more
   * than once, which took a third off the time, and empty buckets cost next to nothing.
   */
  private static final float PER_EDGE = 32;

  /** The longest edge is at the most so many buckets long. */
  private static final int MOST_BUCKETS = 4_096;

  private static final int FIRST_ROOM = 32;

  private @Nullable CompactAdjacency measured;
  private int[][] buckets = new int[0][];
  private int[] fill = new int[0];
  private int[] current = new int[FIRST_ROOM];
  private int waiting;
  private double width = 1;

  /** Finds all shortest paths anew. A source beyond the graph reaches nothing, not even itself. */
  public void run(CompactAdjacency graph, ShortestPathTree tree) {
    tree.clear(graph.size());
    if (tree.source() >= graph.size()) {
      return;
    }
    measure(graph);
    tree.distance()[tree.source()] = 0;
    push(tree.source(), 0);
    settle(graph, tree, 0);
  }

  /**
   * Mends a tree after the edge between {@code a} and {@code b} came or became shorter, which
   * touches only what comes nearer.
   */
  public void shortened(CompactAdjacency graph, ShortestPathTree tree, int a, int b) {
    tree.growTo(graph.size());
    measure(graph);
    float length = length(graph, a, b);
    float[] distance = tree.distance();
    int nearer = distance[a] <= distance[b] ? a : b;
    int other = nearer == a ? b : a;
    float reached = distance[nearer] + length;
    if (reached < distance[other]) {
      distance[other] = reached;
      tree.parent()[other] = nearer;
      push(other, reached);
      settle(graph, tree, bucket(reached));
    }
  }

  private static float length(CompactAdjacency graph, int a, int b) {
    for (int k = graph.start(a); k < graph.end(a); k++) {
      if (graph.neighbours()[k] == b) {
        return 1 / graph.weights()[k];
      }
    }
    return Float.POSITIVE_INFINITY;
  }

  /**
   * Chooses the width of buckets, and how many there are: nodes that wait must not be further apart
   * than these are in all, or one takes a bucket's number for that of another and is lost.
   */
  private void measure(CompactAdjacency graph) {
    if (graph == measured) {
      return;
    }
    measured = graph;
    float[] weights = graph.weights();
    double sum = 0;
    float longest = 0;
    long edges = 0;
    for (int v = 0; v < graph.size(); v++) {
      for (int k = graph.start(v); k < graph.end(v); k++) {
        float length = 1 / weights[k];
        sum += length;
        longest = Math.max(longest, length);
        edges++;
      }
    }
    double mean = edges == 0 ? 1 : sum / edges;
    width = Math.max(Math.max(mean / PER_EDGE, longest / MOST_BUCKETS), Float.MIN_NORMAL);
    int needed = span(longest);
    if (buckets.length < needed) {
      int before = buckets.length;
      buckets = Arrays.copyOf(buckets, needed);
      fill = Arrays.copyOf(fill, needed);
      for (int i = before; i < needed; i++) {
        buckets[i] = new int[FIRST_ROOM];
      }
    }
  }

  /**
   * How many buckets a node and those that it reaches can be apart. On long ways distances are
   * rounded by more than edges are long. But a sum is rounded to the nearest float, and where it
   * came from is one itself, an edge's length away: so the error is no greater than the edge is
   * long, and nobody is further away than twice that. The division adds nothing, being one of
   * doubles.
   */
  private int span(float longest) {
    return (int) (2 * longest / width) + 3;
  }

  private long bucket(float distance) {
    return (long) (distance / width);
  }

  private void push(int node, float distance) {
    int at = (int) (bucket(distance) % buckets.length);
    if (fill[at] == buckets[at].length) {
      buckets[at] = Arrays.copyOf(buckets[at], 2 * fill[at]);
    }
    buckets[at][fill[at]++] = node;
    waiting++;
  }

  /** Empties buckets from number {@code first} on until nobody waits. */
  private void settle(CompactAdjacency graph, ShortestPathTree tree, long first) {
    long number = first;
    while (waiting > 0) {
      int at = (int) (number % buckets.length);
      if (fill[at] == 0) {
        number++;
      } else {
        relaxAll(graph, tree, at, number);
      }
    }
  }

  /** Takes what waits in a bucket now; nodes that came nearer meanwhile were done before. */
  private void relaxAll(CompactAdjacency graph, ShortestPathTree tree, int at, long number) {
    int[] batch = buckets[at];
    int count = fill[at];
    buckets[at] = current;
    current = batch;
    fill[at] = 0;
    waiting -= count;
    float[] distance = tree.distance();
    for (int i = 0; i < count; i++) {
      int node = batch[i];
      if (bucket(distance[node]) == number) {
        relax(graph, tree, node);
      }
    }
  }

  private void relax(CompactAdjacency graph, ShortestPathTree tree, int node) {
    int[] neighbours = graph.neighbours();
    float[] weights = graph.weights();
    float[] distance = tree.distance();
    float from = distance[node];
    int end = graph.end(node);
    for (int k = graph.start(node); k < end; k++) {
      int neighbour = neighbours[k];
      float reached = from + 1 / weights[k];
      if (reached < distance[neighbour]) {
        distance[neighbour] = reached;
        tree.parent()[neighbour] = node;
        push(neighbour, reached);
      }
    }
  }
}
