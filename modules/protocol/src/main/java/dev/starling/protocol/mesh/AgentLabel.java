/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonInput;
import java.io.IOException;

/**
 * What an agent says it is called and what kind it is, by the texts {@code name} and {@code kind}
 * of its {@code meta}. It is for people, so nothing is refused: what is no text counts as absent,
 * and what is longer than {@link #MOST} characters is cut.
 *
 * @param name empty for none
 * @param kind empty for none
 */
public record AgentLabel(String name, String kind) {
  /** Characters of a name or a kind at most. */
  public static final int MOST = 64;

  /** Of an agent that says neither. */
  public static final AgentLabel NONE = new AgentLabel("", "");

  /** The label of an agent that says {@code meta}, a JSON object, of itself. */
  public static AgentLabel of(RawJson meta) {
    String name = "";
    String kind = "";
    byte[] bytes = meta.bytes();
    try (JsonInput in = JsonInput.open(bytes, 0, bytes.length)) {
      in.nextToken();
      for (String member = in.nextFieldName(); member != null; member = in.nextFieldName()) {
        boolean isText = in.nextToken() == JsonToken.VALUE_STRING;
        switch (member) {
          case "name" -> name = isText ? cut(in.getText()) : "";
          case "kind" -> kind = isText ? cut(in.getText()) : "";
          default -> {}
        }
        in.skipValue();
      }
    } catch (IOException e) {
      return NONE;
    }
    return of(name, kind);
  }

  /** The label of these two, one and the same for all that say neither. */
  static AgentLabel of(String name, String kind) {
    return name.isEmpty() && kind.isEmpty() ? NONE : new AgentLabel(name, kind);
  }

  private static String cut(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    boolean isSplit = Character.isHighSurrogate(text.charAt(MOST - 1));
    return text.substring(0, isSplit ? MOST - 1 : MOST);
  }
}
