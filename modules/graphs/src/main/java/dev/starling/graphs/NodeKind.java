/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

/** What a node of the graph stands for. */
public enum NodeKind {
  /** An agent that is registered in the mesh, or was a moment ago. */
  AGENT,

  /** Something that people or agents know. */
  KNOWLEDGE
}
