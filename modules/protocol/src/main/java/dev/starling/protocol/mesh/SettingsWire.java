/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.SettingsMessage.Read;
import dev.starling.protocol.mesh.SettingsMessage.ReadAll;
import dev.starling.protocol.mesh.SettingsMessage.Schema;
import dev.starling.protocol.mesh.SettingsMessage.SchemaQuery;
import dev.starling.protocol.mesh.SettingsMessage.Values;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;

/** Fields of {@link SettingsMessage}s on the wire. */
final class SettingsWire {
  private SettingsWire() {}

  static void write(WireWriter out, SettingsMessage message) {
    switch (message) {
      case Write write ->
          out.list(write.updates(), (to, update) -> to.text(update.path()).json(update.value()))
              .text(write.origin())
              .text(write.gateway())
              .number(write.attempt());
      case Written written ->
          out.number(written.version()).list(written.changes(), SettingsWire::change);
      case Read read -> out.text(read.path());
      case ReadAll all -> out.text(all.prefix());
      case Values values -> out.list(values.values(), SettingsWire::value);
      case SchemaQuery _ -> {}
      case Schema schema -> out.json(schema.json());
    }
  }

  static SettingsMessage read(WireReader in, int number) {
    return switch (number) {
      case 701 ->
          new Write(
              in.list(from -> new SettingUpdate(from.text(), from.json())),
              in.text(),
              in.text(),
              in.number());
      case 702 -> new Written(in.number(), in.list(SettingsWire::change));
      case 703 -> new Read(in.text());
      case 704 -> new ReadAll(in.text());
      case 705 -> new Values(in.list(SettingsWire::value));
      case 706 -> new SchemaQuery();
      case 707 -> new Schema(in.json());
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void change(WireWriter out, SettingChange change) {
    out.text(change.path())
        .json(change.value())
        .number(change.timestampMillis())
        .text(change.origin());
  }

  private static SettingChange change(WireReader in) {
    return new SettingChange(in.text(), in.json(), in.number(), in.text());
  }

  private static void value(WireWriter out, SettingValue value) {
    out.text(value.path()).json(value.value()).flag(value.defaultValue() != null);
    if (value.defaultValue() != null) {
      out.json(value.defaultValue());
    }
    out.number(value.timestampMillis());
  }

  private static SettingValue value(WireReader in) {
    return new SettingValue(in.text(), in.json(), in.flag() ? in.json() : null, in.number());
  }
}
