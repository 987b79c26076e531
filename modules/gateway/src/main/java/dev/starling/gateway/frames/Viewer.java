/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.DeltaStream;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client that can watch the layout: what it sees, and whether its last frame has left. Its
 * event loop only.
 */
public final class Viewer {
  private final LoopFrames loop;
  private final FrameOptions options;
  private final FrameOutlet outlet;
  private final FrameMetrics metrics;
  private @Nullable ViewerGroup group;
  private long stream;
  private int sequence;
  private int source = Wish.HUB;
  private boolean leaving;
  private boolean fresh;
  private boolean behind;
  private boolean toldRange;

  Viewer(LoopFrames loop, FrameOptions options, FrameOutlet outlet, FrameMetrics metrics) {
    this.loop = loop;
    this.options = options;
    this.outlet = outlet;
    this.metrics = metrics;
  }

  /** Begins to watch: the first frame is the latest there is, at once. */
  public void start() {
    if (group == null) {
      join();
    }
  }

  private void join() {
    fresh = true;
    behind = true;
    int paths = options.protocol() == DeltaStream.PROTOCOL ? Wish.HUB : source;
    group = loop.join(this, new Wish(options.protocol(), paths, options.fps()));
    loop.wake();
  }

  /** Watches no more. */
  public void stop() {
    ViewerGroup mine = group;
    if (mine != null) {
      group = null;
      loop.leave(this, mine);
    }
  }

  /** Shows the shortest paths from a node, now or when it watches. */
  public void pathsFrom(int slot) {
    source(slot);
  }

  /** Shows the shortest paths from the hub again. */
  public void pathsFromHub() {
    source(Wish.HUB);
  }

  private void source(int slot) {
    boolean isNew = slot != source;
    source = slot;
    if (isNew && group != null && options.protocol() != DeltaStream.PROTOCOL) {
      stop();
      join();
    }
  }

  /** The source that it chose is refused: it sees the hub's paths again, and hears why. */
  void refused(RefusalException why) {
    source(Wish.HUB);
    outlet.tell(why);
  }

  /** Whether a frame can be written. */
  boolean isReady() {
    return !leaving;
  }

  /** Whether it wants a frame at once. */
  boolean isFresh() {
    return fresh;
  }

  /** Whether it lacks the frame that the next one builds on. */
  boolean isBehind() {
    return behind;
  }

  /** Writes a frame if the one before it has left; those behind it get theirs whatever happens. */
  void take(EncodedFrame frame, boolean onlyFresh) {
    try {
      writeOrSkip(frame, onlyFresh);
    } catch (RuntimeException | Error e) {
      outlet.failed(e);
    }
  }

  private void writeOrSkip(EncodedFrame frame, boolean onlyFresh) {
    ViewerGroup mine = group;
    if (mine == null) {
      return;
    }
    if (leaving) {
      behind |= frame.stream() != 0;
    } else if (fresh || !onlyFresh) {
      ByteBuf bytes = frame.after(stream, sequence);
      if (bytes == null) {
        metrics.skipped("key", 1);
        set(mine, false, fresh, true);
      } else {
        write(mine, frame, bytes);
      }
    }
  }

  private void write(ViewerGroup mine, EncodedFrame frame, ByteBuf bytes) {
    int size = bytes.readableBytes();
    set(mine, true, false, false);
    if (outlet.frame(bytes.retainedDuplicate(), this::left)) {
      stream = frame.stream();
      sequence = frame.sequence();
      metrics.sent(frame.protocol(), size);
      if (frame.isPartial() && !toldRange) {
        toldRange = true;
        outlet.tell(beyondRange());
      }
    }
  }

  private void left() {
    ViewerGroup mine = group;
    if (mine == null) {
      leaving = false;
      return;
    }
    set(mine, false, fresh, behind);
    if (fresh) {
      loop.wake();
    }
  }

  private void set(ViewerGroup mine, boolean nowLeaving, boolean nowFresh, boolean nowBehind) {
    mine.count(this, -1);
    leaving = nowLeaving;
    fresh = nowFresh;
    behind = nowBehind;
    mine.count(this, 1);
  }

  private static RefusalException beyondRange() {
    return new RefusalException(
        ErrorCode.V1_ID_RANGE,
        "nodes with ids beyond 32767 are left out of frames of protocol 1: connect with"
            + " ?protocol=2",
        Map.of("most", (int) Short.MAX_VALUE));
  }
}
