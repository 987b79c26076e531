/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of this node's copy of the graph beyond its memory. Event loop only. */
interface GraphKeeper {
  /**
   * What was kept.
   *
   * @param version of the graph; 0.0 where there was none
   * @param layout null where there is none
   */
  record Loaded(Version version, @Nullable LayoutBlock layout) {}

  /**
   * Reads what this node kept.
   *
   * @param each is given the edits that make the graph, in order, on a worker, and may wait
   * @return how late it is, and where the nodes were; fails where it cannot be read
   */
  Future<Loaded> load(Consumer<List<GraphEdit>> each);

  /** Keeps edits that were made. */
  void edited(Edits edits);

  /**
   * The graph of another node has taken the place of what this one had.
   *
   * @param hasOwn whether this one had something that the other may never have had
   */
  void replaced(boolean hasOwn);

  /** Complete once what was made up to now is kept, or cannot be. */
  Future<Void> kept();

  /** What is due; to be called once a second. {@code now} is where the nodes are. */
  void tend(@Nullable LayoutBlock now);

  /** Complete when everything is kept, with where the nodes are now, or cannot be. */
  Future<Void> flush(@Nullable LayoutBlock now);

  /** Keeps nothing more once all is kept. */
  Future<Void> close(@Nullable LayoutBlock now);

  /** One for a node that keeps nothing. */
  static GraphKeeper none() {
    return new GraphKeeper() {
      @Override
      public Future<Loaded> load(Consumer<List<GraphEdit>> each) {
        return Future.succeededFuture(new Loaded(new Version(0, 0), null));
      }

      @Override
      public void edited(Edits edits) {}

      @Override
      public void replaced(boolean hasOwn) {}

      @Override
      public Future<Void> kept() {
        return Future.succeededFuture();
      }

      @Override
      public void tend(@Nullable LayoutBlock now) {}

      @Override
      public Future<Void> flush(@Nullable LayoutBlock now) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> close(@Nullable LayoutBlock now) {
        return Future.succeededFuture();
      }
    };
  }
}
