/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Graphs as documents: node-link JSON, GraphML, GEXF, CSV and DOT, read from streams and written to
 * them.
 *
 * <p>All formats are read as undirected graphs, whatever a document says of direction: an edge
 * there and one back are the same edge twice.
 *
 * <p>Threads: none of its own; reading and writing take as long as the stream does, so never on an
 * event loop.
 *
 * <p>Bad input: a {@link dev.starling.graphs.formats.FormatException} that names the line, what was
 * expected, what came and what to do. Nothing of such a document is used.
 */
@NullMarked
package dev.starling.graphs.formats;

import org.jspecify.annotations.NullMarked;
