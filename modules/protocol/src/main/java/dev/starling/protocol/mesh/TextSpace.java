/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/**
 * A space that a node of the mesh embeds texts in.
 *
 * @param name the space's name
 * @param dimension how many numbers a fingerprint there has
 * @param threshold the least cosine, above 0 and up to 1, at which an outcome is delivered there,
 *     unless the configuration of the routers has another for it
 */
public record TextSpace(String name, int dimension, double threshold) {}
