/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import java.util.Arrays;

/**
 * Sound as a client sent it.
 *
 * @param bytes the file or stream; never changed after construction and not to be changed by
 *     readers
 * @param format what the client says that it is, such as {@code wav}; empty where it does not
 */
public record Audio(byte[] bytes, String format) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Audio(byte[] theirs, String theirFormat)
        && Arrays.equals(bytes, theirs)
        && format.equals(theirFormat);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + format.hashCode();
  }

  @Override
  public String toString() {
    return "Audio[" + bytes.length + " bytes, " + format + "]";
  }
}
