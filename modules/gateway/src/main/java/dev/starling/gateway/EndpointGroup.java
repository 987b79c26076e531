/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/** Socket endpoints that share their limits. */
enum EndpointGroup {
  /** Those of browsers: {@code /ws} and what lies beside it. */
  WEB,
  /** Those of agents: {@code /ws/qis} and the agents' port. */
  AGENT
}
