/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Adjacency that can be changed: rows lie in one pair of arrays, and one that outgrows its place
 * moves behind all others with room to grow, so that reading is as fast as from compact rows. Where
 * a neighbour stands is searched for in short rows and looked up for long ones, so that an edit
 * costs no more next to a hub than elsewhere. When the arrays are full, the rows are moved
 * together. One thread at a time.
 */
final class EdgeRows implements Adjacency {
  /**
   * Rows that come to have so many neighbours are looked up in, until they have fewer than {@link
   * #SHORT}.
   */
  static final int LONG = 512;

  /** Far from {@link #LONG}, so that a row that goes to and fro is not indexed each time. */
  static final int SHORT = 128;

  private static final int LEAST_ROOM = 4;

  /** Where each neighbour stands in its row, from the row's start, of rows that are long. */
  private final Map<Integer, ProbeTable> positions = new HashMap<>();

  private final KeyedHash hash = KeyedHash.drawn();
  private int size;
  private int[] start = new int[0];
  private int[] end = new int[0];
  private int[] room = new int[0];
  private int[] neighbours = new int[LEAST_ROOM];
  private float[] weights = new float[LEAST_ROOM];
  private int used;
  private long edges;

  @Override
  public int size() {
    return size;
  }

  @Override
  public int start(int v) {
    return start[v];
  }

  @Override
  public int end(int v) {
    return end[v];
  }

  @Override
  public int[] neighbours() {
    return neighbours;
  }

  @Override
  public float[] weights() {
    return weights;
  }

  long edges() {
    return edges;
  }

  /** Makes sure that there are rows up to {@code nodes}. */
  void growTo(int nodes) {
    if (nodes > start.length) {
      int length = nodes + (nodes >> 1) + LEAST_ROOM;
      start = Arrays.copyOf(start, length);
      end = Arrays.copyOf(end, length);
      room = Arrays.copyOf(room, length);
    }
    size = Math.max(size, nodes);
  }

  /** The weight of an edge; 0 where there is none. */
  float weight(int a, int b) {
    int shorter = degree(a) <= degree(b) ? a : b;
    int k = find(shorter, shorter == a ? b : a);
    return k < 0 ? 0 : weights[k];
  }

  /** Adds an edge or changes its weight. */
  void put(int a, int b, float weight) {
    if (weight(a, b) == 0) {
      append(a, b, weight);
      append(b, a, weight);
      edges++;
    } else {
      weights[find(a, b)] = weight;
      weights[find(b, a)] = weight;
    }
  }

  /** Whether there was such an edge. */
  boolean remove(int a, int b) {
    if (weight(a, b) == 0) {
      return false;
    }
    cut(a, b);
    cut(b, a);
    edges--;
    return true;
  }

  /** Removes all edges of a node. */
  void clear(int node) {
    for (int k = start[node]; k < end[node]; k++) {
      cut(neighbours[k], node);
      edges--;
    }
    end[node] = start[node];
    positions.remove(node);
  }

  private int find(int row, int neighbour) {
    ProbeTable index = positions(row);
    return index == null ? search(row, neighbour) : lookUp(index, row, neighbour);
  }

  private @Nullable ProbeTable positions(int row) {
    return degree(row) < SHORT ? null : positions.get(row);
  }

  private int search(int row, int neighbour) {
    for (int k = start[row]; k < end[row]; k++) {
      if (neighbours[k] == neighbour) {
        return k;
      }
    }
    return -1;
  }

  private int lookUp(ProbeTable index, int row, int neighbour) {
    int first = start[row];
    int position =
        index.find(hash.of(neighbour), candidate -> neighbours[first + candidate] == neighbour);
    return position < 0 ? -1 : first + position;
  }

  /** The hashes of a row's positions, for as long as it stays in its place. */
  private IntToLongFunction hashes(int row) {
    int first = start[row];
    return position -> hash.of(neighbours[first + position]);
  }

  /** The row's last neighbour comes to stand where the one that goes was. */
  private void cut(int row, int neighbour) {
    int k = find(row, neighbour);
    int last = end[row] - 1;
    ProbeTable index = positions(row);
    if (index != null) {
      index.remove(k - start[row], hashes(row));
    }
    if (index != null && k != last) {
      index.rename(last - start[row], k - start[row], hashes(row));
    }
    neighbours[k] = neighbours[last];
    weights[k] = weights[last];
    end[row] = last;
    if (index != null && degree(row) < SHORT) {
      positions.remove(row);
    }
  }

  private void append(int row, int neighbour, float weight) {
    if (degree(row) == room[row]) {
      move(row);
    }
    int at = end[row]++;
    neighbours[at] = neighbour;
    weights[at] = weight;
    ProbeTable index = positions(row);
    if (index != null) {
      index.add(at - start[row], hashes(row));
    } else if (degree(row) >= LONG) {
      positions.put(row, indexOf(row));
    }
  }

  private ProbeTable indexOf(int row) {
    ProbeTable index = new ProbeTable();
    for (int position = 0; position < degree(row); position++) {
      index.add(position, hashes(row));
    }
    return index;
  }

  /** Gives a row twice its room, behind all others. */
  private void move(int row) {
    int degree = degree(row);
    int wanted = Math.max(LEAST_ROOM, 2 * degree);
    if (used + wanted > neighbours.length) {
      makeRoom(wanted);
    }
    System.arraycopy(neighbours, start[row], neighbours, used, degree);
    System.arraycopy(weights, start[row], weights, used, degree);
    start[row] = used;
    end[row] = used + degree;
    room[row] = wanted;
    used += wanted;
  }

  /**
   * Moves the rows into new arrays and leaves a third of them free. Each keeps the room that it
   * has, but for what it could hardly use: where one node after another had been a hub for a while,
   * all their rows would never fit.
   */
  private void makeRoom(int wanted) {
    long held = wanted;
    for (int v = 0; v < size; v++) {
      room[v] = Math.min(room[v], Math.max(LEAST_ROOM, 2 * degree(v)));
      held += room[v];
    }
    int length = Math.toIntExact(held + (held >> 1));
    int[] movedNeighbours = new int[length];
    float[] movedWeights = new float[length];
    int at = 0;
    for (int v = 0; v < size; v++) {
      int degree = degree(v);
      System.arraycopy(neighbours, start[v], movedNeighbours, at, degree);
      System.arraycopy(weights, start[v], movedWeights, at, degree);
      start[v] = at;
      end[v] = at + degree;
      at += room[v];
    }
    neighbours = movedNeighbours;
    weights = movedWeights;
    used = at;
  }
}
