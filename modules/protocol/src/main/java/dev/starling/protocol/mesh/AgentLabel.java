/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent says it is called, what kind it is and what it can do, by {@code name}, {@code
 * kind} and {@code capabilities} of its {@code meta}, and how many tasks it takes. The words are
 * for people and for who looks for an agent, so nothing is refused: what is no text counts as
 * absent, and what is longer than {@link #MOST} characters is cut.
 *
 * @param name empty for none
 * @param kind empty for none
 * @param capabilities at most {@link #MOST_CAPABILITIES}, each once, in the agent's order
 * @param tasks how many tasks it takes at a time; 0 for an agent that takes none
 * @param isHeldBack whether nothing reaches it for now, as while it starts or is paused
 */
public record AgentLabel(
    String name, String kind, List<String> capabilities, int tasks, boolean isHeldBack) {
  /** Characters of a name, a kind or a capability at most. */
  public static final int MOST = 64;

  /** Capabilities of an agent at most; more are left out. */
  public static final int MOST_CAPABILITIES = 32;

  /** Of an agent that says nothing of itself and takes no tasks. */
  public static final AgentLabel NONE = new AgentLabel("", "", List.of(), 0, false);

  public AgentLabel {
    capabilities = List.copyOf(capabilities);
  }

  /** An agent that says no more of itself and takes no tasks. */
  public AgentLabel(String name, String kind) {
    this(name, kind, List.of(), 0, false);
  }

  /** The label of an agent that says {@code meta}, a JSON object, of itself. */
  public static AgentLabel of(RawJson meta) {
    String name = "";
    String kind = "";
    List<String> capabilities = List.of();
    byte[] bytes = meta.bytes();
    try (JsonInput in = JsonInput.open(bytes, 0, bytes.length)) {
      in.nextToken();
      for (String member = in.nextFieldName(); member != null; member = in.nextFieldName()) {
        in.nextToken();
        switch (member) {
          case "name" -> name = text(in);
          case "kind" -> kind = text(in);
          case "capabilities" -> capabilities = texts(in);
          default -> in.skipValue();
        }
      }
    } catch (IOException e) {
      return NONE;
    }
    return of(name, kind, capabilities, 0, false);
  }

  /** The label of these, one and the same for all that say nothing. */
  static AgentLabel of(
      String name, String kind, List<String> capabilities, int tasks, boolean isHeldBack) {
    boolean isSilent = name.isEmpty() && kind.isEmpty() && capabilities.isEmpty();
    return isSilent && tasks == 0 && !isHeldBack
        ? NONE
        : new AgentLabel(name, kind, capabilities, tasks, isHeldBack);
  }

  /** The same of an agent that takes so many tasks at a time, once it is not held back. */
  public AgentLabel taking(int most, boolean heldBack) {
    return of(name, kind, capabilities, most, heldBack);
  }

  private static String text(JsonInput in) throws IOException {
    String text = in.currentToken() == JsonToken.VALUE_STRING ? cut(in.getText()) : "";
    in.skipValue();
    return text;
  }

  private static List<String> texts(JsonInput in) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      in.skipValue();
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      String text = text(in);
      if (!text.isEmpty() && texts.size() < MOST_CAPABILITIES && !texts.contains(text)) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static String cut(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    boolean isSplit = Character.isHighSurrogate(text.charAt(MOST - 1));
    return text.substring(0, isSplit ? MOST - 1 : MOST);
  }
}
