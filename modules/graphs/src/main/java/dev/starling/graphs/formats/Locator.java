/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

/** Where a reader is in its document; both count from 1, and 0 stands for unknown. */
interface Locator {
  int line();

  /** In UTF-16 units. */
  int column();
}
