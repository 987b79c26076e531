/* SPDX-License-Identifier: Apache-2.0 */

/**
 * A language model that answers over HTTP as OpenAI's chat does: how it is asked, how much at a
 * time, and when it is left alone. It knows nothing of agents or of what they ask.
 */
@NullMarked
package dev.starling.agents.model;

import org.jspecify.annotations.NullMarked;
