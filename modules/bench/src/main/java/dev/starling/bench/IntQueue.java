/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

/** A growing first-in-first-out queue of ints. One thread. */
final class IntQueue {
  private int[] items = new int[16];
  private int head;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int item) {
    if (size == items.length) {
      int[] larger = new int[2 * size];
      for (int i = 0; i < size; i++) {
        larger[i] = items[(head + i) & (items.length - 1)];
      }
      items = larger;
      head = 0;
    }
    items[(head + size) & (items.length - 1)] = item;
    size++;
  }

  int remove() {
    if (size == 0) {
      throw new IllegalStateException("empty");
    }
    int item = items[head];
    head = (head + 1) & (items.length - 1);
    size--;
    return item;
  }
}
