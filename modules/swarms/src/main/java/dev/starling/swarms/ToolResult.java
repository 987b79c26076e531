/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/**
 * What a tool that was called by name answered.
 *
 * @param text its texts, one after the other
 * @param isError whether the protocol says that it failed
 */
public record ToolResult(String text, boolean isError) {}
