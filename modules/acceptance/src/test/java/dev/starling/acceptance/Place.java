/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

/** Where the socket contract is held to. */
enum Place {
  /** Each gateway is a mesh of its own. */
  ALONE,
  /** The gateways are the three nodes of one mesh. */
  MESH
}
