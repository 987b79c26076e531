/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the whole: several JVMs, failures, browsers, the reference clients. */
@NullMarked
package dev.starling.acceptance;

import org.jspecify.annotations.NullMarked;
