/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

/** The two layouts of position frames that have a row for each node. */
public enum RowFormat {
  /** Rows of 34 bytes, with ids of 15 bits, and nothing before them. */
  SHORT_IDS(1, 0, Short.BYTES, Short.MAX_VALUE),
  /** The byte 2 and rows of 36 bytes, with ids of 31 bits. */
  LONG_IDS(2, 1, Integer.BYTES, LayoutBlock.SLOT);

  /** Place, velocity, distance and parent. */
  private static final int AFTER_ID = 8 * Float.BYTES;

  private final int protocol;
  private final int header;
  private final int row;
  private final int mostSlot;

  RowFormat(int protocol, int header, int id, int mostSlot) {
    this.protocol = protocol;
    this.header = header;
    this.row = id + AFTER_ID;
    this.mostSlot = mostSlot;
  }

  /** The number in {@code ?protocol=}. */
  public int protocol() {
    return protocol;
  }

  /** Bytes before the first row. */
  int header() {
    return header;
  }

  /** Bytes of a row. */
  int row() {
    return row;
  }

  /** How many nodes of a block have an id that fits; they stand before all others. */
  public int rows(LayoutBlock block) {
    int low = 0;
    int high = block.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (block.slot(middle) <= mostSlot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Bytes of a block's frame. */
  public int length(LayoutBlock block) {
    return Math.addExact(header, Math.multiplyExact(row, rows(block)));
  }
}
