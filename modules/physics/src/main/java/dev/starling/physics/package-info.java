/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The live layout: the graph of the mesh, the simulation that lays it out, shortest paths in it,
 * and what gateways are told of them. Algorithms themselves live in {@code graphs}. The verticle
 * runs on its event loop, the simulation on threads of its own.
 */
@NullMarked
package dev.starling.physics;

import org.jspecify.annotations.NullMarked;
