/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings in force, read by key with the type and the range that the reader names. Not
 * thread-safe.
 */
final class Settings {
  /** What is shown in place of a secret. */
  static final String MASK = "\"***\"";

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Map<String, Integer> UNITS =
      Map.of("B", 1, "KiB", 1 << 10, "MiB", 1 << 20, "GiB", 1 << 30);

  private final Map<String, Value> values;
  private final Map<String, String> expectations = new LinkedHashMap<>();

  Settings(Map<String, Value> values) {
    this.values = values;
  }

  /** Whether the value of {@code key} must not be shown. */
  static boolean isSecret(String key) {
    return key.endsWith("secret");
  }

  /** A whole number. */
  int integer(String key, int min, int max) {
    requireNoLeadingZeros(key);
    return read(key, "a whole number, %d to %d".formatted(min, max), text -> whole(text, min, max));
  }

  /** A whole number, or nothing where the value is empty. */
  Optional<Integer> optionalInteger(String key, int min, int max) {
    requireNoLeadingZeros(key);
    return optional(key, "empty, or %d to %d".formatted(min, max), text -> whole(text, min, max));
  }

  /** YAML takes 010 for eight and people take it for ten. */
  private void requireNoLeadingZeros(String key) {
    if (single(key).text().matches("-?0\\d+")) {
      throw wrong(key, "a whole number without leading zeros");
    }
  }

  /** A number above 0, up to 1. */
  double fraction(String key) {
    return read(key, "a number above 0, up to 1", Settings::fractionOf);
  }

  /** A number above 0, up to 1, or nothing where the value is empty. */
  Optional<Double> optionalFraction(String key) {
    return optional(key, "empty, or above 0, up to 1", Settings::fractionOf);
  }

  /** Numbers above 0, up to 1, under free names. */
  Map<String, Double> fractions(String key) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    String expected = "a number above 0, up to 1";
    entries(key, expected)
        .forEach((name, text) ->
            numbers.put(
                name,
                fractionOf(text.text())
                    .orElseThrow(() -> wrong(key + "." + name, text, expected))));
    return numbers;
  }

  /** A span of time. */
  Duration duration(String key, Duration min, Duration max) {
    return read(
        key,
        "a duration like 5s, %s to %s".formatted(display(min), display(max)),
        text -> parseDuration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  /** A span of time that must be longer than that of the key {@code floor}. */
  Duration durationAbove(String floor, Duration shorter, String key, Duration min, Duration max) {
    Duration longer = duration(key, min, max);
    if (longer.compareTo(shorter) <= 0) {
      Value given = value(floor);
      throw wrong(
          key,
          value(key),
          "more than %s, which is %s (%s)".formatted(floor, given.display(), given.origin()));
    }
    return longer;
  }

  /** A number of bytes. */
  int bytes(String key, String min, String max) {
    long least = parseSize(min).orElseThrow();
    long most = parseSize(max).orElseThrow();
    return read(
        key,
        "a size like 10MiB, %s to %s".formatted(min, max),
        text -> parseSize(text).filter(size -> size >= least && size <= most).map(Long::intValue));
  }

  /** A number of bytes, or nothing where the value is empty. */
  Optional<Integer> optionalBytes(String key, String min, String max) {
    long least = parseSize(min).orElseThrow();
    long most = parseSize(max).orElseThrow();
    return optional(
        key,
        "empty, or a size like 10MiB, %s to %s".formatted(min, max),
        text -> parseSize(text).filter(size -> size >= least && size <= most).map(Long::intValue));
  }

  /** A span of time, or nothing where the value is empty. */
  Optional<Duration> optionalDuration(String key, Duration min, Duration max) {
    return optional(
        key,
        "empty, or a duration like 5s, %s to %s".formatted(display(min), display(max)),
        text -> parseDuration(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
  }

  /** Yes or no. */
  boolean flag(String key) {
    return read(
        key,
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** One of a few words. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    List<String> words =
        Arrays.stream(type.getEnumConstants()).map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
    String last = words.getLast();
    String rest = String.join(", ", words.subList(0, words.size() - 1));
    return read(
        key,
        rest.isEmpty() ? last : rest + " or " + last,
        text ->
            words.contains(text)
                ? Optional.of(Enum.valueOf(type, text.toUpperCase(Locale.ROOT)))
                : Optional.empty());
  }

  /** A text of the form {@code pattern}, of which {@code expected} tells a person. */
  String text(String key, String expected, Pattern pattern) {
    return read(key, expected, text -> Optional.of(text).filter(t -> pattern.matcher(t).matches()));
  }

  /** What {@code parser} makes of a text; nothing where the text is empty. */
  <T> Optional<T> optional(String key, String expected, Function<String, Optional<T>> parser) {
    expectations.put(key, expected);
    return single(key).text().isEmpty()
        ? Optional.empty()
        : Optional.of(read(key, expected, parser));
  }

  /** Whether the single value of {@code key} is empty. */
  boolean isEmpty(String key) {
    return single(key).text().isEmpty();
  }

  /** A list of which {@code parser} reads each item, given its text and where it was written. */
  <T> List<T> list(String key, String expected, BiFunction<String, String, Optional<T>> parser) {
    expectations.put(key, expected);
    if (!(value(key) instanceof Value.Items items)) {
      throw wrong(key, value(key), "a list");
    }
    List<T> list = new ArrayList<>();
    for (String item : items.items()) {
      list.add(
          parser
              .apply(item, items.origin())
              .orElseThrow(() -> wrong(key, new Value.Text(item, items.origin()), expected)));
    }
    return list;
  }

  /** What the reader expects of each key that it read, for people. */
  Map<String, String> expectations() {
    return expectations;
  }

  /** Every key with its value as YAML, secrets masked. */
  Map<String, Value> values() {
    return values;
  }

  /** That the value of {@code key} cannot be used, with the reason. */
  ConfigException wrong(String key, String expected) {
    return wrong(key, value(key), expected);
  }

  /** That {@code value}, given for {@code key} or a part of it, cannot be used. */
  static ConfigException wrong(String key, Value value, String expected) {
    return new ConfigException(
        "%s is %s (%s), expected %s".formatted(key, shown(key, value), value.origin(), expected));
  }

  /** The value of {@code key} for people: never a secret. */
  static String shown(String key, Value value) {
    boolean masked = isSecret(key) && !(value instanceof Value.Text text && text.text().isEmpty());
    return masked ? MASK : value.display();
  }

  private <T> T read(String key, String expected, Function<String, Optional<T>> parser) {
    expectations.put(key, expected);
    Value.Text text = single(key);
    return parser.apply(text.text()).orElseThrow(() -> wrong(key, text, expected));
  }

  private Value.Text single(String key) {
    if (value(key) instanceof Value.Text text) {
      return text;
    }
    throw wrong(key, value(key), "a single value");
  }

  private Map<String, Value.Text> entries(String key, String expected) {
    expectations.put(key, expected);
    if (!(value(key) instanceof Value.Entries entries)) {
      throw wrong(key, value(key), "entries of the form name: value");
    }
    return entries.entries();
  }

  private Value value(String key) {
    Value value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is not in the built-in configuration");
    }
    return value;
  }

  private static Optional<Integer> whole(String text, int min, int max) {
    if (!text.matches("-?\\d{1,10}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(text);
    return number < min || number > max ? Optional.empty() : Optional.of((int) number);
  }

  private static Optional<Double> fractionOf(String text) {
    if (!text.matches("[0-9]*\\.?[0-9]+([eE]-?[0-9]+)?")) {
      return Optional.empty();
    }
    double number = Double.parseDouble(text);
    return number > 0 && number <= 1 ? Optional.of(number) : Optional.empty();
  }

  /** A span of time as people write it; nothing for anything else. */
  static Optional<Duration> parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }

  private static Optional<Long> parseSize(String text) {
    Matcher matcher = SIZE.matcher(text);
    return matcher.matches()
        ? Optional.of(Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 1))
        : Optional.empty();
  }

  private static String display(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0 || millis == 0) {
      return millis + "ms";
    }
    if (millis % 60_000 != 0) {
      return millis / 1000 + "s";
    }
    return millis % 3_600_000 != 0 ? millis / 60_000 + "m" : millis / 3_600_000 + "h";
  }
}
