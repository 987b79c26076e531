/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.util.Set;

/** Who the cluster says is there; a node without a cluster is alone. */
interface Membership {

  /** Hears of members; calls come on any thread, in order. */
  interface Listener {
    /** A member came. */
    void added(String nodeId);

    /** A member left, died or is cut off. */
    void removed(String nodeId);

    /** This node joined the mesh anew after a split. */
    void merged();
  }

  /** This node's id. */
  String self();

  /** All ids, this node's among them. */
  Set<String> members();

  /** Begins to tell {@code listener} of changes. */
  void listen(Listener listener);

  /** The membership of a node that is alone. */
  static Membership alone(String self) {
    return new Membership() {
      @Override
      public String self() {
        return self;
      }

      @Override
      public Set<String> members() {
        return Set.of(self);
      }

      @Override
      public void listen(Listener listener) {
        // Nobody comes and nobody goes.
      }
    };
  }
}
