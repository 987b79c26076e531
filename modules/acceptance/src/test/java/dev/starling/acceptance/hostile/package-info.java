/* SPDX-License-Identifier: Apache-2.0 */
/** Peers that mean harm, made by a seeded generator, and what must not come of it. */
@NullMarked
package dev.starling.acceptance.hostile;

import org.jspecify.annotations.NullMarked;
