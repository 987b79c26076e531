/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The benchmark of position frames: a live layout on a node, watched by a page in Chromium and by
 * raw readers.
 */
@NullMarked
package dev.starling.bench.frames;

import org.jspecify.annotations.NullMarked;
