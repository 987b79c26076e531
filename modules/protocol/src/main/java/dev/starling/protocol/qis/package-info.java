/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The QIS dialect (snake_case): what agents say and hear. Thread rule: messages are immutable; the
 * codecs are stateless. The gateway's sessions and rules do not belong here.
 */
@NullMarked
package dev.starling.protocol.qis;

import org.jspecify.annotations.NullMarked;
