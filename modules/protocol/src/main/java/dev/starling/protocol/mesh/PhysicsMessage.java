/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator is asked, and what it answers. Only the simulator that leads answers; the
 * others refuse with {@code UNAVAILABLE}.
 */
public sealed interface PhysicsMessage extends MeshMessage {

  /**
   * What a person did to a node.
   *
   * @param session whose it is, so that a drag ends with it
   * @param position where to; null where the action needs none
   */
  record Interact(String session, NodeAction action, NodeRef node, @Nullable Position position)
      implements PhysicsMessage, Asks<Interacted> {
    @Override
    public Class<Interacted> answer() {
      return Interacted.class;
    }
  }

  /**
   * It was done.
   *
   * @param slot of the node that was meant
   */
  record Interacted(int slot) implements PhysicsMessage {}

  /** A session is over, and so is what it dragged; unanswered. */
  record SessionEnded(String session) implements PhysicsMessage {}

  /**
   * A gateway has somebody who watches the layout. Said at each change and every second; a
   * simulator that has not heard it for three sends that gateway nothing more.
   *
   * @param rate most blocks a second that any of its watchers takes; 0 where nobody watches
   * @param sources {@code int[n]}: slots that its watchers chose shortest paths from
   */
  record Watch(String gateway, int rate, int[] sources) implements PhysicsMessage, Asks<Watching> {
    @Override
    public Class<Watching> answer() {
      return Watching.class;
    }
  }

  /**
   * The gateway will be sent blocks and paths.
   *
   * @param hub slot of the node with the most edges, whose paths go to who chose none; −1 where
   *     there is no node
   * @param refused {@code int[n]}: of the sources, those that are no nodes any more, or too many
   */
  record Watching(long term, int hub, int[] refused) implements PhysicsMessage {}

  /**
   * A part of a document that changes the graph. Parts of one document come in order, one at a
   * time; nothing changes before the last. A document that gets no further part for 5 minutes is
   * forgotten.
   *
   * @param transfer names the document, the same in each part
   * @param part 0 for the first
   * @param format its name in {@code graphs.formats}, as in {@code ?format=}
   * @param bytes at most 1 MiB
   */
  record Upload(
      String transfer, int part, boolean isLast, GraphChange change, String format, byte[] bytes)
      implements PhysicsMessage, Asks<Uploaded> {
    @Override
    public Class<Uploaded> answer() {
      return Uploaded.class;
    }

    @Override
    public int weight() {
      return 64 + bytes.length;
    }
  }

  /** What becomes of the graph by a document. The names are on the bus. */
  enum GraphChange {
    /** Knowledge becomes what the document says; agents stay, with their edges among themselves. */
    REPLACE,
    /** What the document has is added, or changed where it is there. */
    MERGE,
    /** What the document names is removed. */
    REMOVE
  }

  /**
   * A part was taken, and after the last the graph is changed.
   *
   * @param result what was done, as JSON for the client; null before the last part
   */
  record Uploaded(@Nullable RawJson result) implements PhysicsMessage {}

  /**
   * Asks for a part of the graph written as a document, of one moment.
   *
   * @param transfer names the document, the same for each part
   * @param part 0 for the first; the one before it may be asked for again
   */
  record Download(String transfer, int part, GraphSelection selection)
      implements PhysicsMessage, Asks<Downloaded> {
    @Override
    public Class<Downloaded> answer() {
      return Downloaded.class;
    }
  }

  /**
   * What a document is to have; no message by itself.
   *
   * @param format its name in {@code graphs.formats}; empty for what {@code /api/graph/data} gives
   * @param after only nodes of a higher slot; −1 for all
   * @param limit most nodes; 0 for all
   * @param kind only nodes of this kind; empty for both
   * @param text only nodes that have it in their key or label, whatever the case; may be empty
   */
  record GraphSelection(String format, int after, int limit, String kind, String text) {}

  /**
   * A part of a document.
   *
   * @param bytes at most 1 MiB
   */
  record Downloaded(boolean isLast, byte[] bytes) implements PhysicsMessage {
    @Override
    public int weight() {
      return 64 + bytes.length;
    }
  }

  /**
   * Whoever sent a document, or read it, does so no longer; unanswered.
   *
   * @param transfer names the document
   */
  record Abandon(String transfer) implements PhysicsMessage {}

  /**
   * Asks for the shortest path between two nodes.
   *
   * @param named how many of its nodes at most are to be told of by more than their ids
   */
  record PathQuery(NodeRef from, NodeRef to, int named) implements PhysicsMessage, Asks<Path> {
    @Override
    public Class<Path> answer() {
      return Path.class;
    }
  }

  /**
   * A shortest path.
   *
   * @param distance +∞ where there is none
   * @param slots {@code int[n]}: from the first node to the last; empty where there is none
   * @param nodes for clients: {@code [{id, key, label, kind}]}, the first of them, as many as were
   *     to be named
   */
  record Path(float distance, int[] slots, int from, int to, RawJson nodes)
      implements PhysicsMessage {}

  /**
   * Asks for a node and those that it has edges to.
   *
   * @param limit most neighbours to tell of
   */
  record NeighboursQuery(NodeRef node, int limit) implements PhysicsMessage, Asks<Neighbours> {
    @Override
    public Class<Neighbours> answer() {
      return Neighbours.class;
    }
  }

  /**
   * A node and its neighbours, the heaviest edge first.
   *
   * @param json for clients: {@code {node, neighbours:[{…, weight}], total}}
   */
  record Neighbours(RawJson json) implements PhysicsMessage {}

  /** Asks for the shortest paths from a node to all others. */
  record PathsQuery(NodeRef source) implements PhysicsMessage, Asks<Paths> {
    @Override
    public Class<Paths> answer() {
      return Paths.class;
    }
  }

  /**
   * The shortest paths.
   *
   * @param slots {@code int[n]}: the nodes that there are
   */
  record Paths(int[] slots, PathColumns columns) implements PhysicsMessage {}

  /**
   * What changed in the graph, from the simulator that leads to one that stands by.
   *
   * @param sequence of these edits within the term; each message has one more than the one before
   * @param isWhole whether a change ends with these; where not, it takes effect with the messages
   *     that follow, or not at all
   */
  record Edits(long term, long sequence, List<GraphEdit> edits, boolean isWhole)
      implements PhysicsMessage, Asks<Copied> {
    public Edits {
      edits = List.copyOf(edits);
    }

    @Override
    public Class<Copied> answer() {
      return Copied.class;
    }

    @Override
    public int weight() {
      return 64 + 48 * edits.size();
    }
  }

  /**
   * Whether they were taken; where not, something before them is missing, and the one that stands
   * by reads the whole graph again.
   */
  record Copied(boolean isTaken) implements PhysicsMessage {}

  /**
   * Asks for a page of a copy of the graph, for another copy. Who asks the simulator that leads is
   * sent {@link Edits} from then on.
   *
   * @param node that asks
   * @param from slot of the first node of the page
   */
  record PageQuery(String node, int from) implements PhysicsMessage, Asks<Page> {
    @Override
    public Class<Page> answer() {
      return Page.class;
    }
  }

  /**
   * A page of a copy of the graph: some nodes, their edges to nodes of this page and of earlier
   * ones, and where they are.
   *
   * @param sequence of the edits that the copy has; later ones are to be applied to all pages again
   * @param next slot of the first node of the next page; −1 for the last page
   * @param layout of the nodes of this page; null where they have no places yet
   */
  record Page(
      long term, long sequence, int next, List<GraphEdit> edits, @Nullable LayoutBlock layout)
      implements PhysicsMessage {
    public Page {
      edits = List.copyOf(edits);
    }

    @Override
    public int weight() {
      return 64 + 96 * edits.size();
    }
  }

  /** Asks a simulator for how late its copy of the graph is. */
  record VersionQuery() implements PhysicsMessage, Asks<Versions> {
    @Override
    public Class<Versions> answer() {
      return Versions.class;
    }
  }

  /** How late a copy of the graph is: by term, then by sequence; both 0 for an empty one. */
  record Version(long term, long sequence) {}

  /**
   * How late a simulator's graph is.
   *
   * @param base what the graph of this term began with; that of {@code now} where the simulator
   *     does not lead
   */
  record Versions(Version now, Version base) implements PhysicsMessage {}

  /** Where everything is, for simulators that stand by; sent each second while it moves. */
  record Keep(LayoutBlock layout) implements PhysicsMessage {
    @Override
    public int weight() {
      return 64 + layout.count() * (Integer.BYTES + 6 * Float.BYTES);
    }
  }
}
