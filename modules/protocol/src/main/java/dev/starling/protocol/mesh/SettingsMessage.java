/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import java.util.List;

/** What the settings role is asked, and what it answers. */
public sealed interface SettingsMessage extends MeshMessage {

  /**
   * Asks for changes, all of them or none.
   *
   * @param origin a name for these changes that no others have, told to all who follow; the same
   *     where they are asked for again
   * @param gateway the node that asks, which is asked in turn whether it still waits
   * @param attempt this question, among those of the gateway
   */
  record Write(List<SettingUpdate> updates, String origin, String gateway, long attempt)
      implements SettingsMessage, Asks<Written> {
    public Write {
      updates = List.copyOf(updates);
    }

    @Override
    public Class<Written> answer() {
      return Written.class;
    }
  }

  /**
   * The changes took effect.
   *
   * @param version of the document that has them
   */
  record Written(long version, List<SettingChange> changes) implements SettingsMessage {
    public Written {
      changes = List.copyOf(changes);
    }
  }

  /** Asks for the value in force at a path. */
  record Read(String path) implements SettingsMessage, Asks<Values> {
    @Override
    public Class<Values> answer() {
      return Values.class;
    }
  }

  /** Asks for every value in force whose path begins with {@code prefix}. */
  record ReadAll(String prefix) implements SettingsMessage, Asks<Values> {
    @Override
    public Class<Values> answer() {
      return Values.class;
    }
  }

  /** Values in force, in the order of their paths. */
  record Values(List<SettingValue> values) implements SettingsMessage {
    public Values {
      values = List.copyOf(values);
    }
  }

  /** Asks which settings there are. */
  record SchemaQuery() implements SettingsMessage, Asks<Schema> {
    @Override
    public Class<Schema> answer() {
      return Schema.class;
    }
  }

  /**
   * Which settings there are.
   *
   * @param json as clients get it
   */
  record Schema(RawJson json) implements SettingsMessage {}
}
