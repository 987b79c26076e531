/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The bus that all rooms meet on: typed addresses, the codec, cluster start, who is there. Thread
 * rule: {@link dev.starling.fabric.Mesh} and {@link dev.starling.fabric.MeshBus} are safe from any
 * thread; listeners run on the fabric's own event loop. What roles say to each other does not
 * belong here, only how it travels.
 */
@NullMarked
package dev.starling.fabric;

import org.jspecify.annotations.NullMarked;
