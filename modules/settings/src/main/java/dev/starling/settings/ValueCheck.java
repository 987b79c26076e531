/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a value is one that a known setting takes, and its usual form. Stateless. */
final class ValueCheck {
  private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}");
  private static final int SHOWN = 40;

  private ValueCheck() {}

  /**
   * The value in its usual form.
   *
   * @throws RefusalException INVALID_SETTING with what was expected and what came
   */
  static RawJson accepted(Setting setting, RawJson value) {
    byte[] bytes = value.bytes();
    try (JsonInput in = JsonInput.open(bytes, 0, bytes.length)) {
      in.nextToken();
      return usual(setting, in).orElseThrow(() -> refusal(setting, value));
    } catch (IOException e) {
      throw refusal(setting, value);
    }
  }

  private static Optional<RawJson> usual(Setting setting, JsonInput in) throws IOException {
    return switch (setting.type()) {
      case NUMBER -> number(setting, in).map(Setting::json);
      case INTEGER -> number(setting, in).filter(n -> n == Math.rint(n)).map(Setting::json);
      case BOOLEAN ->
          in.currentToken().isBoolean() ? Optional.of(RawJson.of(in.getText())) : Optional.empty();
      case CHOICE -> text(in).filter(setting.choices()::contains).map(Setting::json);
      case TEXT -> text(in).filter(text -> text.length() <= setting.most()).map(Setting::json);
      case COLOUR -> text(in).filter(COLOUR.asMatchPredicate()).map(Setting::json);
    };
  }

  private static Optional<Double> number(Setting setting, JsonInput in) throws IOException {
    if (!in.currentToken().isNumeric()) {
      return Optional.empty();
    }
    double number = in.getDoubleValue();
    boolean isWithin = number >= setting.least() && number <= setting.most();
    return isWithin ? Optional.of(number) : Optional.empty();
  }

  private static Optional<String> text(JsonInput in) throws IOException {
    return in.currentToken() == JsonToken.VALUE_STRING
        ? Optional.of(in.getText())
        : Optional.empty();
  }

  private static RefusalException refusal(Setting setting, RawJson value) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "value");
    details.put("path", setting.path());
    details.put("expected", setting.expected());
    details.put("came", shown(value));
    if (setting.hasRange()) {
      details.put("min", setting.least());
      details.put("max", setting.most());
    }
    if (!setting.unit().isEmpty()) {
      details.put("unit", setting.unit());
    }
    return new RefusalException(
        ErrorCode.INVALID_SETTING,
        setting.path() + ": expected " + setting.expected() + ", got " + shown(value),
        details);
  }

  /** A value for people, cut where it is long. */
  static String shown(RawJson value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
