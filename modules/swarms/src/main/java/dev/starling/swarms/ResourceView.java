/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import org.jspecify.annotations.Nullable;

/**
 * Something that a server has to read.
 *
 * @param uri what it is asked for by
 * @param mimeType null where the server does not say
 */
public record ResourceView(String uri, String name, @Nullable String mimeType) {}
