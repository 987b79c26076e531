/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import org.jspecify.annotations.Nullable;

/**
 * What the process of a server uses, with all processes that it started: one figure for all of its
 * agents, since no server measures them one by one. Only for servers that this node runs itself.
 *
 * @param cpuPercent of one core, since the look before; null at the first look
 * @param memoryMiB resident memory in MiB; null where the system does not tell
 */
public record ServerHealth(@Nullable Double cpuPercent, @Nullable Double memoryMiB) {
  /** What the figures are of, for those who show them beside an agent. */
  public static final String SCOPE = "server";
}
