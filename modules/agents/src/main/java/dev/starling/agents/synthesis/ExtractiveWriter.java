/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import io.vertx.core.Future;

/** Writes with the most telling sentences of what was gathered. */
final class ExtractiveWriter implements Writer {
  /** What it is called. */
  static final String NAME = "extractive";

  private static final int MOST_SENTENCES = 3;
  private static final int LONGEST = 600;

  @Override
  public String by() {
    return NAME;
  }

  @Override
  public Future<Written> write(Wanted wanted) {
    return Future.succeededFuture(new Written(extract(wanted), NAME, null));
  }

  /** Up to three sentences of the texts, 600 characters at most. */
  static String extract(Wanted wanted) {
    return Extract.of(wanted.texts(), MOST_SENTENCES, LONGEST);
  }
}
