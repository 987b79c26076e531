/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.Measure.Better;

/** Something that is measured on each of several graphs. */
interface GraphMeasure {
  String name();

  String title();

  String unit();

  Better better();
}
