/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates whole messages, each by itself, within a size: what a message costs ends with the limit,
 * whatever it claims to hold. Any thread; each has one inflater for all sockets, so that an idle
 * one keeps none.
 */
public final class Inflation {
  /**
   * What the sender left out (RFC 7692, 7.2.2), and a block that ends the stream: it is read as
   * such only where the message ends with a whole block, so a message cut short is found out.
   */
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 3, 0};

  /** Final blocks in one message, each of which starts the inflater anew: none needs so many. */
  private static final int MOST_STREAMS = 1_024;

  /** Bytes that one byte of deflate data can hold, at most, in whole numbers. */
  public static final int MOST_RATIO = 1_032;

  private static final int SMALLEST = 512;
  private static final int EXPECTED_RATIO = 4;

  private static final FastThreadLocal<Inflater> INFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
          return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
          inflater.end();
        }
      };

  private final Inflater inflater;
  private final int limit;
  private byte[] out;
  private int length;

  private Inflation(Inflater inflater, int limit, int compressed) {
    this.inflater = inflater;
    this.limit = limit;
    this.out =
        new byte[Math.clamp((long) compressed * EXPECTED_RATIO, Math.min(SMALLEST, limit), limit)];
  }

  /**
   * Inflates a message.
   *
   * @param payload of all its frames
   * @param limit bytes that it may hold, at least 1
   * @throws InflationException where it holds more, or is not what a deflater writes
   */
  public static byte[] inflate(byte[] payload, int limit) throws InflationException {
    Inflater inflater = INFLATER.get();
    try {
      return new Inflation(inflater, limit, payload.length).inflate(payload);
    } catch (DataFormatException e) {
      throw InflationException.broken(String.valueOf(e.getMessage()));
    } finally {
      inflater.reset();
    }
  }

  private byte[] inflate(byte[] payload) throws InflationException, DataFormatException {
    byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
    System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
    inflater.setInput(input);
    for (int streams = 1; streams <= MOST_STREAMS; streams++) {
      read();
      int left = inflater.getRemaining();
      if (left == 0 || left == TAIL.length) {
        return Arrays.copyOf(out, length);
      }
      // A sender may end each flush with a final block (7.2.3.4): another stream follows, at least
      // an octet of 0, which some leave out at the end.
      inflater.reset();
      inflater.setInput(input, input.length - left, left);
    }
    throw InflationException.broken("more than " + MOST_STREAMS + " final blocks");
  }

  /** Reads one stream to its end. */
  private void read() throws InflationException, DataFormatException {
    while (true) {
      int read = inflater.inflate(out, length, out.length - length);
      length += read;
      if (length > limit) {
        throw InflationException.tooBig(limit);
      }
      if (inflater.finished()) {
        return;
      }
      if (length == out.length) {
        grow();
      } else if (read == 0) {
        throw InflationException.broken("it ends amid a block");
      }
    }
  }

  /** Where the limit is reached, one more byte of room tells whether there is more to come. */
  private void grow() {
    int next = out.length == limit ? limit + 1 : (int) Math.min(limit, out.length * 2L);
    out = Arrays.copyOf(out, next);
  }
}
