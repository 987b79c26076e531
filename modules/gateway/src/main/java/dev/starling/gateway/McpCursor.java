/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in one agent's inbox, as a client is given it and hands it back. Positions begin anew in
 * each inbox, so that one says nothing without the inbox that it is of.
 *
 * @param inbox the name of the inbox
 * @param position of the last outcome that it covers; 0 for none
 */
record McpCursor(String inbox, long position) {
  private static final Pattern WRITTEN = Pattern.compile("([0-9a-f]{1,32}):([0-9]{1,18})");

  /**
   * The cursor that a client hands back.
   *
   * @throws RefusalException INVALID_MESSAGE for what no answer ever gave
   */
  static McpCursor of(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "since", "the cursor of an earlier answer, or nothing", text);
    }
    return new McpCursor(written.group(1), Long.parseLong(written.group(2)));
  }

  /** As a client is given it. */
  @Override
  public String toString() {
    return inbox + ":" + position;
  }
}
