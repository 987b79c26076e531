/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

/** A place in the layout; every coordinate is within the range of a float. */
public record Position(double x, double y, double z) {}
