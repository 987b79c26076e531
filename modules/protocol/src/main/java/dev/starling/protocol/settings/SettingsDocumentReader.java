/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one document; anything missing or odd in it makes the whole unreadable. One use. */
final class SettingsDocumentReader {
  private static final int LONGEST = 256;

  private final JsonInput in;
  private final SortedMap<String, StoredSetting> settings = new TreeMap<>();
  private @Nullable String lineage;
  private long format = -1;
  private long version = -1;

  private SettingsDocumentReader(JsonInput in) {
    this.in = in;
  }

  static SettingsDocument read(byte[] bytes) throws DamagedDocumentException {
    try (JsonInput in = JsonInput.open(bytes, 0, bytes.length)) {
      return new SettingsDocumentReader(in).document();
    } catch (JacksonException e) {
      throw new DamagedDocumentException("not readable: " + e.getOriginalMessage(), e);
    } catch (IOException | RefusalException e) {
      throw new DamagedDocumentException("not readable: " + e.getMessage(), e);
    }
  }

  private SettingsDocument document() throws IOException, DamagedDocumentException {
    require(in.nextToken() == JsonToken.START_OBJECT, "no JSON object");
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "format" -> format = whole(name);
        case "lineage" -> lineage = Fields.text(in, name, LONGEST);
        case "version" -> version = whole(name);
        case "settings" -> settings();
        default -> throw new DamagedDocumentException("unknown member " + name, null);
      }
    }
    require(in.currentToken() == JsonToken.END_OBJECT, "cut off");
    require(in.nextToken() == null, "more than one JSON object");
    require(
        format == SettingsDocumentWriter.FORMAT,
        "format " + format + ", this build reads " + SettingsDocumentWriter.FORMAT);
    String named = lineage;
    if (named == null || named.isEmpty() || version < 0) {
      throw new DamagedDocumentException("no lineage or no version", null);
    }
    return new SettingsDocument(named, version, settings);
  }

  private void settings() throws IOException, DamagedDocumentException {
    require(in.currentToken() == JsonToken.START_OBJECT, "settings is no object");
    for (String path = in.nextFieldName(); path != null; path = in.nextFieldName()) {
      in.nextToken();
      settings.put(path, setting(path));
    }
    require(in.currentToken() == JsonToken.END_OBJECT, "cut off");
  }

  private StoredSetting setting(String path) throws IOException, DamagedDocumentException {
    require(in.currentToken() == JsonToken.START_OBJECT, path + " is no object");
    RawJson value = null;
    long timestamp = 0;
    boolean isDefault = false;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "value" -> value = in.rawValue();
        case "timestamp" -> timestamp = whole(path + ".timestamp");
        case "default" -> isDefault = Fields.flag(in, path + ".default", false);
        default -> throw new DamagedDocumentException("unknown member " + path + "." + name, null);
      }
    }
    require(in.currentToken() == JsonToken.END_OBJECT, "cut off");
    if (value == null) {
      throw new DamagedDocumentException(path + " has no value", null);
    }
    return new StoredSetting(path, value, timestamp, isDefault);
  }

  private long whole(String name) throws IOException, DamagedDocumentException {
    require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, name + " is no whole number");
    return in.getLongValue();
  }

  private static void require(boolean holds, String otherwise) throws DamagedDocumentException {
    if (!holds) {
      throw new DamagedDocumentException(otherwise, null);
    }
  }
}
