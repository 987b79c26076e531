/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The role that turns texts into fingerprints, and what it can do that with: a sentence model in
 * this process, a service spoken to by HTTP, or hashed words. Thread rule: the verticle and its
 * queue belong to its event loop, an embedder to the one worker that the queue hands texts to. Not
 * here: which agents a fingerprint matches, and who may ask.
 */
@NullMarked
package dev.starling.embedding;

import org.jspecify.annotations.NullMarked;
