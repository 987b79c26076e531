/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects what a reader hands out. */
final class Received implements FrameReader.Sink {
  final List<String> messages = new ArrayList<>();
  final List<String> pings = new ArrayList<>();
  final List<Integer> closes = new ArrayList<>();

  @Override
  public void message(ByteBuffer bytes, int offset, int length) {
    byte[] text = new byte[length];
    bytes.get(offset, text);
    messages.add(new String(text, UTF_8));
  }

  @Override
  public void ping(byte[] body) {
    pings.add(new String(body, UTF_8));
  }

  @Override
  public void close(int code) {
    closes.add(code);
  }
}
