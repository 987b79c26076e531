/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JacksonException;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.json.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which nodes a question for shortest paths names, in the body of a REST call. Stateless. */
public final class PathReader {
  private PathReader() {}

  /**
   * The nodes that a body names.
   *
   * @param fields the members that name them, all of which must be there
   * @return in the order of {@code fields}
   * @throws RefusalException INVALID_JSON or INVALID_MESSAGE
   */
  public static List<NodeRef> nodes(byte[] body, String... fields) {
    Map<String, NodeRef> found = new HashMap<>();
    try {
      if (!Utf8.isValid(body)) {
        throw JsonMessages.invalid("the text is not UTF-8");
      }
      JsonMessages.requireNoMark(body, 0, body.length);
      read(body, List.of(fields), found);
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(fields).stream()
        .map(field -> FlowReader.required(field, ActionReader.NODE, found.get(field)))
        .toList();
  }

  private static void read(byte[] body, List<String> fields, Map<String, NodeRef> found)
      throws IOException {
    try (JsonInput in = JsonMessages.open(body, 0, body.length)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        NodeRef node = fields.contains(name) ? ActionReader.node(in, name) : null;
        if (node != null) {
          found.put(name, node);
        } else if (!fields.contains(name)) {
          in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
  }
}
