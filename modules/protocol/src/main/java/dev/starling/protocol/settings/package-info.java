/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Settings of the mesh as they are asked for, kept and told: what changed, and the one document
 * that all of them form. Which settings there are and what each allows does not belong here.
 */
@NullMarked
package dev.starling.protocol.settings;

import org.jspecify.annotations.NullMarked;
