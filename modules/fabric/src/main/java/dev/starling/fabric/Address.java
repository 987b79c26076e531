/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.MeshMessage;

/**
 * A place on the bus and the only messages allowed there.
 *
 * @param name on the bus
 * @param node the id of the node where it is
 * @param accepts the sealed root of what is sent there
 */
public record Address<Q extends MeshMessage>(String name, String node, Class<Q> accepts) {}
