/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Graph;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What passes between agents, as edges of the graph: the more outcomes and the later, the heavier.
 * An edge's score is the number of its outcomes, each of which counts half as much after each
 * half-life; its weight grows with the logarithm of that. The simulation's thread only.
 */
final class Traffic {
  /** Pairs of agents that have such an edge at the most. */
  static final int MOST = 200_000;

  /** An edge of a lower score is gone. */
  private static final double FORGOTTEN = 0.1;

  /** A change of weight by less than this factor is not told. */
  private static final float UNSEEN = 1.1f;

  private final Map<Long, Double> scores = new HashMap<>();
  private long refused;

  /** Takes up the edges that a graph has from traffic, of which only the weights are known. */
  void takeUp(GraphStore store, double unit) {
    scores.clear();
    store.forEachOwned((a, b) -> {
      double weight = store.graph().weight(a, b) - store.own(a, b);
      if (weight > 0 && unit > 0) {
        scores.put(GraphStore.pair(a, b), Math.pow(2, weight / unit) - 1);
      }
    });
  }

  /**
   * Counts outcomes between two nodes; where too many pairs are counted, not those of a new one.
   */
  void add(int a, int b, long outcomes) {
    long pair = GraphStore.pair(a, b);
    if (scores.size() >= MOST && !scores.containsKey(pair)) {
      refused += outcomes;
    } else {
      scores.merge(pair, (double) outcomes, Double::sum);
    }
  }

  /** Outcomes that were not counted, since too many pairs were. */
  long refused() {
    return refused;
  }

  /**
   * Lets time pass.
   *
   * @param keep part of each score that is left
   * @param unit weight of an edge over which one outcome passed; 0 for no such edges
   * @return what the graph has to change
   */
  List<GraphEdit> fade(GraphStore store, double keep, double unit) {
    List<GraphEdit> edits = new ArrayList<>();
    Iterator<Map.Entry<Long, Double>> all = scores.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, Double> one = all.next();
      int a = (int) (one.getKey() >>> 32);
      int b = (int) (long) one.getKey();
      double score = one.getValue() * keep;
      boolean areThere = store.graph().isThere(a) && store.graph().isThere(b);
      if (!areThere || score < FORGOTTEN || unit <= 0) {
        all.remove();
        score = 0;
      } else {
        one.setValue(score);
      }
      if (areThere) {
        edit(store, a, b, weight(score, unit), edits);
      }
    }
    return edits;
  }

  /** One too light for the graph is none. */
  private static float weight(double score, double unit) {
    float weight = (float) (unit * Math.log1p(score) / Math.log(2));
    return weight < 1 / Graph.MOST_WEIGHT ? 0 : weight;
  }

  private static void edit(GraphStore store, int a, int b, float part, List<GraphEdit> edits) {
    float before = store.graph().weight(a, b);
    float own = store.own(a, b);
    float after = Math.min(own + part, Graph.MOST_WEIGHT);
    if (part == 0 && own == 0) {
      if (before > 0) {
        edits.add(new DropEdge(a, b));
      }
    } else if (part == 0 ? before != own : after > UNSEEN * before || before > UNSEEN * after) {
      edits.add(new PutEdge(a, b, after, own));
    }
  }
}
