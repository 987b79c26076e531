/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A node of which every role serves. Thread-safe. */
public interface RunningNode {
  /** The port of HTTP and of the browsers' sockets, as it was bound. */
  int httpPort();

  /** The port of the agents' sockets, as it was bound; empty without the gateway role. */
  Optional<Integer> agentPort();

  /** The membership port's address as {@code host:port}; empty for a node that stays alone. */
  Optional<String> clusterAddress();

  /**
   * Takes no more clients, tells those that are there, hands over, leaves the cluster and closes
   * everything. Called at most once, from any thread.
   */
  CompletionStage<Void> drain();

  /** Completes when the node has stopped, with the error where it stopped because it failed. */
  CompletionStage<Void> stopped();
}
