/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.gateway.socket.BinaryFrame;
import dev.starling.protocol.frame.DeltaStream;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.RowEncoder;
import dev.starling.protocol.frame.RowFormat;
import dev.starling.protocol.frame.SourcePaths;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes frames of blocks, in memory that the system can send from. One thread at a time. */
final class FrameEncoders {
  private final ByteBufAllocator allocator;
  private final FrameMetrics metrics;
  private final Map<RowFormat, RowEncoder> rows = new EnumMap<>(RowFormat.class);

  /** Frames of protocol 3 by every how many blocks they come. */
  private final Map<Integer, Numbered> streams = new HashMap<>();

  private long streamsBegun;

  /** A stream, by a number that no other one had. */
  private record Numbered(long number, DeltaStream stream) {}

  FrameEncoders(ByteBufAllocator allocator, FrameMetrics metrics) {
    this.allocator = allocator;
    this.metrics = metrics;
    for (RowFormat format : RowFormat.values()) {
      rows.put(format, new RowEncoder(format));
    }
  }

  /** A frame of protocol 1 or 2. */
  EncodedFrame rows(int protocol, LayoutBlock block, SourcePaths paths) {
    RowFormat format =
        protocol == RowFormat.SHORT_IDS.protocol() ? RowFormat.SHORT_IDS : RowFormat.LONG_IDS;
    RowEncoder encoder = Objects.requireNonNull(rows.get(format));
    long begun = System.nanoTime();
    long replaced = encoder.replaced();
    ByteBuf frame = frame(format.length(block), out -> encoder.encode(block, paths, out));
    metrics.replaced(encoder.replaced() - replaced);
    metrics.encodes(protocol).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    return new EncodedFrame(protocol, frame, null, 0, 0, format.rows(block) < block.count());
  }

  /**
   * The next frame of a stream of protocol 3.
   *
   * @param divisor every how many blocks the stream takes one
   * @param ready how many clients can take it
   * @param behind how many of them lack the frame before
   */
  EncodedFrame next(int divisor, LayoutBlock block, int ready, int behind, long now) {
    Numbered numbered =
        streams.computeIfAbsent(divisor, every -> new Numbered(++streamsBegun, new DeltaStream()));
    DeltaStream stream = numbered.stream();
    long begun = System.nanoTime();
    long replaced = stream.replaced();
    stream.advance(block, now);
    boolean isWhole = stream.isKey();
    ByteBuf whole = isWhole || behind > 0 ? frame(stream.keyLength(), stream::writeKey) : null;
    ByteBuf delta;
    try {
      delta = isWhole || behind >= ready ? null : frame(stream.deltaLength(), stream::writeDelta);
    } catch (RuntimeException | Error e) {
      if (whole != null) {
        whole.release();
      }
      throw e;
    }
    metrics.replaced(stream.replaced() - replaced);
    metrics.encodes(DeltaStream.PROTOCOL).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    return new EncodedFrame(
        DeltaStream.PROTOCOL, whole, delta, numbered.number(), stream.sequence(), false);
  }

  /** Forgets all streams but these. */
  void keep(Set<Integer> divisors) {
    streams.keySet().retainAll(divisors);
  }

  private ByteBuf frame(int length, Consumer<ByteBuffer> encoder) {
    ByteBuf frame = BinaryFrame.begin(allocator, length);
    try {
      encoder.accept(BinaryFrame.payload(frame, length));
      return BinaryFrame.end(frame, length);
    } catch (RuntimeException | Error e) {
      frame.release();
      throw e;
    }
  }
}
