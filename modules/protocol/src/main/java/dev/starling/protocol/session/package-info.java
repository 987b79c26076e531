/* SPDX-License-Identifier: Apache-2.0 */
/** What one socket may carry: messages of either dialect. */
@NullMarked
package dev.starling.protocol.session;

import org.jspecify.annotations.NullMarked;
