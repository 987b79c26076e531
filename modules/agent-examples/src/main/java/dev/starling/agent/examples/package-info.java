/* SPDX-License-Identifier: Apache-2.0 */

/** Three agents to copy from, each small and each doing something of use. */
@NullMarked
package dev.starling.agent.examples;

import org.jspecify.annotations.NullMarked;
