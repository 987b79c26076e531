/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.protocol.flow.SettingUpdates.LONGEST_PATH;
import static dev.starling.protocol.flow.SettingUpdates.LONGEST_VALUE;
import static dev.starling.protocol.flow.SettingUpdates.MOST;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a batch may take effect, before any of it does. Where a path comes twice, the
 * later counts. Stateless.
 */
final class UpdateCheck {
  /** Most arrays and objects within each other in a value of a setting without a type. */
  static final int DEEPEST_VALUE = 64;

  /** Most settings that are kept. */
  static final int MOST_SETTINGS = 10_000;

  /** Longest document, in bytes. */
  static final int LONGEST_DOCUMENT = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(UpdateCheck.class);
  private static final RawJson NULL = RawJson.of("null");
  private static final Pattern PATH = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)+");

  private final SettingSchema schema;

  UpdateCheck(SettingSchema schema) {
    this.schema = schema;
  }

  /**
   * What the updates would store, not yet dated.
   *
   * @throws RefusalException INVALID_SETTING for the first that may not take effect
   */
  List<StoredSetting> accepted(List<SettingUpdate> updates) {
    if (updates.isEmpty() || updates.size() > MOST) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_SETTING,
          "updates",
          "1 to " + MOST + " changes",
          Integer.toString(updates.size()));
    }
    Map<String, StoredSetting> accepted = new LinkedHashMap<>();
    for (SettingUpdate update : updates) {
      accepted.put(update.path(), accepted(update));
    }
    return List.copyOf(accepted.values());
  }

  private StoredSetting accepted(SettingUpdate update) {
    String path = requirePath(update.path());
    boolean isReset = update.value().toString().strip().equals("null");
    return schema
        .at(path)
        .map(known ->
            isReset
                ? new StoredSetting(path, known.defaultValue(), 0, true)
                : new StoredSetting(path, ValueCheck.accepted(known, update.value()), 0, false))
        .orElseGet(() -> free(path, update.value(), isReset));
  }

  private StoredSetting free(String path, RawJson value, boolean isReset) {
    if (schema.isClosed(path)) {
      throw unknown(path);
    }
    RawJson compact = isReset ? NULL : JsonCompaction.of(value);
    if (compact.bytes().length > LONGEST_VALUE) {
      throw refusal(
          path,
          "a value of at most " + LONGEST_VALUE + " bytes",
          compact.bytes().length + " bytes");
    }
    int depth = JsonNesting.of(compact);
    if (depth > DEEPEST_VALUE) {
      throw refusal(path, "a value nested at most " + DEEPEST_VALUE + " deep", depth + " deep");
    }
    return new StoredSetting(path, compact, 0, isReset);
  }

  /** The path, if it is one. */
  static String requirePath(String path) {
    if (path.length() > LONGEST_PATH) {
      throw refusal(
          path.substring(0, 40) + "…",
          "a path of at most " + LONGEST_PATH + " characters",
          path.length() + " characters");
    }
    if (!PATH.matcher(path).matches()) {
      throw refusal(
          path,
          "at least two names with dots between them, each of the letters A to Z and a to z, digits,"
              + " _ or -, of which the first begins with a letter",
          path.isEmpty() ? "nothing" : path);
    }
    return path;
  }

  /** That the mesh has no such setting, and which was probably meant. */
  RefusalException unknown(String path) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "path");
    details.put("path", path);
    details.put("expected", "a path of GET /api/settings/schema");
    details.put("came", path);
    String hint =
        schema
            .nearest(path)
            .map(near -> {
              details.put("nearest", near);
              return "did you mean " + near + "?";
            })
            .orElse("GET /api/settings/schema lists the known ones");
    return new RefusalException(
        ErrorCode.INVALID_SETTING, path + ": no such setting; " + hint, details);
  }

  /** The document's bytes, if it may grow to that. */
  static byte[] requireRoom(SettingsDocument document) {
    int entries = document.settings().size();
    if (entries > MOST_SETTINGS) {
      throw full("at most " + MOST_SETTINGS + " changed settings in the mesh", entries + "");
    }
    byte[] bytes = document.toBytes();
    if (bytes.length > LONGEST_DOCUMENT) {
      throw full(
          "settings of at most " + LONGEST_DOCUMENT + " bytes together", bytes.length + " bytes");
    }
    return bytes;
  }

  /**
   * Refuses changes that are not read as they were written: a document that nobody can read would
   * take every setting from the mesh. What stands beside them was read, or passed this before.
   */
  static void requireReadable(List<StoredSetting> changes) {
    SettingsDocument alone = SettingsDocument.begin().with(changes);
    try {
      if (SettingsDocument.of(alone.toBytes()).equals(alone)) {
        return;
      }
      LOG.error("settings that would be read otherwise than they were asked for are refused");
    } catch (DamagedDocumentException e) {
      LOG.error("settings that could not be read again are refused", e);
    }
    throw RefusalException.ofField(
        ErrorCode.INVALID_SETTING,
        "updates",
        "values that can be kept and read again",
        "one that cannot");
  }

  private static RefusalException full(String expected, String came) {
    return RefusalException.ofField(
        ErrorCode.INVALID_SETTING, "updates", expected + "; set some to null to make room", came);
  }

  private static RefusalException refusal(String path, String expected, String came) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "path");
    details.put("path", path);
    details.put("expected", expected);
    details.put("came", came);
    return new RefusalException(
        ErrorCode.INVALID_SETTING, path + ": expected " + expected + ", got " + came, details);
  }
}
