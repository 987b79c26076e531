/* SPDX-License-Identifier: Apache-2.0 */

/** What an agent's author tests it with, on the threads that it will run on and without a mesh. */
@NullMarked
package dev.starling.agent.sdk.testing;

import org.jspecify.annotations.NullMarked;
