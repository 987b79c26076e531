/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.google.errorprone.annotations.Immutable;
import dev.starling.bench.Measure.Better;

/**
 * What a table says of something that is measured.
 *
 * @param unit empty for a count
 * @param better which way is good
 */
@Immutable
public record Label(String title, String unit, Better better) {}
