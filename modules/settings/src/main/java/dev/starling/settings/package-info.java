/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The role that keeps the mesh's settings: which there are, what each allows, who may change them
 * at a time, and the file that outlives a full restart. Thread rule: everything belongs to the
 * verticle's event loop, but for files, which a worker reads and writes. What a setting does
 * belongs to the role that follows it.
 */
@NullMarked
package dev.starling.settings;

import org.jspecify.annotations.NullMarked;
