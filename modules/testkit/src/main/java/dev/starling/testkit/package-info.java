/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What tests share: a QIS client on a real socket, free ports, waiting for conditions. Test scope
 * only; nothing here stands in for a part of the mesh.
 */
@NullMarked
package dev.starling.testkit;

import org.jspecify.annotations.NullMarked;
