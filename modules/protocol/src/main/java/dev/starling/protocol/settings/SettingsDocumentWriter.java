/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import dev.starling.protocol.json.JsonOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a document so that people can read it and compare two of them line by line. */
final class SettingsDocumentWriter {
  static final int FORMAT = 1;

  private SettingsDocumentWriter() {}

  static byte[] write(SettingsDocument document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    text(out, "{\"format\":" + FORMAT + ",\"lineage\":");
    out.writeBytes(JsonOutput.string(document.lineage()));
    text(out, ",\"version\":" + document.version() + ",\"settings\":{");
    String separator = "\n";
    for (StoredSetting setting : document.settings().values()) {
      text(out, separator);
      setting(out, setting);
      separator = ",\n";
    }
    text(out, "\n}}\n");
    return out.toByteArray();
  }

  private static void setting(ByteArrayOutputStream out, StoredSetting setting) {
    out.writeBytes(JsonOutput.string(setting.path()));
    text(out, ":{\"value\":");
    out.writeBytes(setting.value().bytes());
    text(out, ",\"timestamp\":" + setting.timestampMillis());
    text(out, setting.isDefault() ? ",\"default\":true}" : "}");
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
