/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.frames.FrameOutlet;
import dev.starling.gateway.frames.LoopFrames;
import dev.starling.gateway.frames.Viewer;
import dev.starling.protocol.RefusalException;
import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The position frames of one session, while it is subscribed to them; of one that never was there
 * is nothing more than this. One session's loop only.
 */
final class SessionFrames implements FrameOutlet {
  private final Session session;
  private final Outbox outbox;
  private final SessionOptions options;
  private final Supplier<LoopFrames> loop;
  private @Nullable Viewer viewer;
  private boolean ended;

  /** {@code loop} gives the frames of the session's event loop. */
  SessionFrames(Session session, Outbox outbox, SessionOptions options, Supplier<LoopFrames> loop) {
    this.session = session;
    this.outbox = outbox;
    this.options = options;
    this.loop = loop;
  }

  private Viewer viewer() {
    Viewer mine = viewer;
    if (mine == null) {
      mine = loop.get().viewer(options.frames(), this);
      viewer = mine;
    }
    return mine;
  }

  /** Sends frames from now on, or none; never where they cannot be told from compressed text. */
  void watch(boolean isSubscribed) {
    if (isSubscribed && options.takesFrames() && !ended) {
      viewer().start();
    } else if (viewer != null) {
      viewer.stop();
    }
  }

  /** Sends no more, whatever the session is subscribed to. */
  void end() {
    ended = true;
    watch(false);
  }

  /** Shows the shortest paths from the node of a slot. */
  void pathsFrom(int slot) {
    viewer().pathsFrom(slot);
  }

  /** Shows the shortest paths from the hub again. */
  void pathsFromHub() {
    if (viewer != null) {
      viewer.pathsFromHub();
    }
  }

  @Override
  public boolean frame(ByteBuf frame, Runnable left) {
    return outbox.frame(frame, left);
  }

  @Override
  public void failed(Throwable fault) {
    session.faultLater("a position frame failed", fault);
  }

  @Override
  public void tell(RefusalException notice) {
    session.tell(notice);
  }
}
