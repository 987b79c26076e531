/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.Closeable;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tokens of a JSON document (RFC 8259), whose errors are {@link FormatException}s. */
final class JsonInput implements Closeable, Locator {
  /** The parser's advice to who calls it, which is not who wrote the document. */
  private static final Pattern SETTING = Pattern.compile(":? \\(?enable `JsonReadFeature.*");

  /** How the parser says where something began, with what it does not know of the source. */
  private static final Pattern OPENED_AT =
      Pattern.compile("starting at \\[[^\\]]*line: ([0-9]+)[^\\]]*\\]");

  /** How the parser begins to say that there is no more; the type of its error does not tell. */
  private static final String CUT = "Unexpected end-of-input";

  private static final int DEEPEST = 200;
  private static final int LONGEST_TEXT = 1 << 16;
  private static final int LONGEST_NUMBER = 100;

  /** Member names are anybody's, so that no table of them is kept. */
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(LONGEST_TEXT)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .build();

  /** What is done for each element of an array, whose first token is current. */
  @FunctionalInterface
  interface Element {
    void read() throws IOException;
  }

  private final Utf8Text text;
  private final JsonParser parser;

  JsonInput(Utf8Text text) throws IOException {
    this.text = text;
    this.parser = FACTORY.createParser(text);
  }

  /** The next token; there is one. */
  JsonToken next() throws IOException {
    JsonToken token = advance();
    if (token == null) {
      throw cut(parser.currentLocation());
    }
    return token;
  }

  private @Nullable JsonToken advance() throws IOException {
    text.renew();
    try {
      return parser.nextToken();
    } catch (JsonProcessingException e) {
      throw broken(e);
    }
  }

  /** The token that {@link #next} gave last. */
  JsonToken current() {
    return parser.currentToken();
  }

  /** The name of the member that begins with the current token. */
  String name() throws IOException {
    return text();
  }

  /** The text of the current token. */
  String text() throws IOException {
    try {
      return parser.getText();
    } catch (JsonProcessingException e) {
      throw broken(e);
    }
  }

  /** Whether the current token may name a node: a text or a whole number. */
  boolean isName() {
    return current() == JsonToken.VALUE_STRING || current() == JsonToken.VALUE_NUMBER_INT;
  }

  /** The current token, a text or null. */
  @Nullable String textOrNull(String what) throws IOException {
    return switch (current()) {
      case VALUE_STRING -> text();
      case VALUE_NULL -> null;
      default -> throw unexpected(what + ": expected a text", "put it in quotes, or leave it out");
    };
  }

  /** The current token, a text or a number. */
  String scalar(String what) throws IOException {
    return switch (current()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> text();
      default -> throw unexpected(what + ": expected a number", "give a number, or leave it out");
    };
  }

  /** Reads the array behind the current name; always true. */
  boolean eachOf(String what, Element element) throws IOException {
    if (next() != JsonToken.START_ARRAY) {
      throw unexpected(what + ": expected an array", "put them in […]");
    }
    while (next() != JsonToken.END_ARRAY) {
      element.read();
    }
    return true;
  }

  /** Passes over the value behind the current name. */
  void skipValue() throws IOException {
    next();
    skipCurrent();
  }

  /** Passes over the value that begins with the current token. */
  void skipCurrent() throws IOException {
    int depth = 0;
    for (JsonToken token = current(); ; token = next()) {
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return;
      }
    }
  }

  /** Nothing but blanks is left. */
  void requireEnd() throws IOException {
    if (advance() != null) {
      throw unexpected("JSON: expected one object and no more", "remove what is behind it");
    }
  }

  @Override
  public int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  @Override
  public int column() {
    return parser.currentTokenLocation().getColumnNr();
  }

  FormatException error(String expected, String came, String remedy) {
    return new FormatException(this, expected, came, remedy);
  }

  /** An error about the current token. */
  FormatException unexpected(String expected, String remedy) throws IOException {
    String came =
        switch (current()) {
          case START_OBJECT, END_OBJECT -> "an object";
          case START_ARRAY, END_ARRAY -> "an array";
          case VALUE_STRING, FIELD_NAME -> quoted(text());
          default -> text();
        };
    return error(expected, came, remedy);
  }

  private FormatException broken(JsonProcessingException cause) {
    JsonLocation at = cause.getLocation() == null ? parser.currentLocation() : cause.getLocation();
    if (cause instanceof StreamConstraintsException) {
      return new FormatException(
          at.getLineNr(),
          at.getColumnNr(),
          "JSON: expected texts of at most %d characters, numbers of at most %d, nested in at most %d levels"
              .formatted(LONGEST_TEXT, LONGEST_NUMBER, DEEPEST),
          "something larger",
          "shorten it there");
    }
    String message = cause.getOriginalMessage();
    if (message.startsWith(CUT)) {
      return cut(at);
    }
    return new FormatException(
        at.getLineNr(),
        at.getColumnNr(),
        "JSON: expected the form of RFC 8259",
        "an error: "
            + OPENED_AT
                .matcher(SETTING.matcher(message).replaceAll(""))
                .replaceAll("opened in line $1"),
        "correct the document there");
  }

  private static FormatException cut(JsonLocation at) {
    return new FormatException(
        at.getLineNr(),
        at.getColumnNr(),
        "JSON: expected more",
        "the end of the document",
        "send all of it");
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
