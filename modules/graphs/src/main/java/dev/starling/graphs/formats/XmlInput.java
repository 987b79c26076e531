/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The elements of an XML document, whose errors are {@link FormatException}s. A document type is
 * refused, and with it every entity but the five of XML; nothing is ever fetched. One thread.
 */
final class XmlInput implements Locator {
  private static final int DEEPEST = 200;
  private static final int LONGEST_TEXT = 1 << 16;

  /**
   * The JDK counts references to single characters here; there are no others, and 0 is no limit.
   */
  private static final List<String> ENTITY_LIMITS =
      List.of(
          "jdk.xml.entityExpansionLimit",
          "jdk.xml.maxGeneralEntitySizeLimit",
          "jdk.xml.totalEntitySizeLimit");

  private final Utf8Text text;
  private final XMLStreamReader reader;
  private int depth;

  XmlInput(Utf8Text text) throws IOException {
    this.text = text;
    try {
      this.reader = factory().createXMLStreamReader(text);
    } catch (XMLStreamException e) {
      throw broken(e);
    }
    requireUtf8(reader.getCharacterEncodingScheme());
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_VALIDATING, false);
    factory.setXMLResolver(refusing());
    for (String limit : ENTITY_LIMITS) {
      factory.setProperty(limit, "0");
    }
    return factory;
  }

  private static XMLResolver refusing() {
    return (publicId, systemId, baseUri, namespace) -> {
      throw new XMLStreamException("a reference to something outside the document");
    };
  }

  private void requireUtf8(@Nullable String declared) throws FormatException {
    String name = declared == null ? "utf-8" : declared.toLowerCase(Locale.ROOT);
    if (!name.equals("utf-8") && !name.equals("us-ascii") && !name.equals("ascii")) {
      throw new FormatException(
          this, "XML: expected the encoding UTF-8", quoted(name), "save the document as UTF-8");
    }
  }

  /** Moves to the next start or end of an element; whether there is one. */
  boolean next() throws IOException {
    while (true) {
      switch (advance()) {
        case XMLStreamConstants.START_ELEMENT -> {
          enter();
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          return true;
        }
        case XMLStreamConstants.END_DOCUMENT -> {
          return false;
        }
        default -> {
          // Text between elements means nothing in these formats.
        }
      }
    }
  }

  /** Moves to the start of the outermost element, which has this name, whatever its namespace. */
  void root(String format, String name) throws IOException {
    boolean isThere = next();
    if (!isThere || !name().equals(name)) {
      throw new FormatException(
          this,
          format + ": expected <" + name + "> for the outermost element",
          isThere ? "<" + name() + ">" : "none",
          "name the format that the document is in");
    }
  }

  private void enter() throws FormatException {
    if (++depth > DEEPEST) {
      throw new FormatException(
          this,
          "XML: expected elements at most " + DEEPEST + " deep",
          "a deeper one",
          "flatten the document");
    }
  }

  private int advance() throws IOException {
    text.renew();
    int event = step();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new FormatException(
          this,
          "XML: expected no document type and no entities of its own",
          event == XMLStreamConstants.DTD ? "a DOCTYPE" : "&" + reader.getLocalName() + ";",
          "remove the DOCTYPE, and write the characters themselves");
    }
    return event;
  }

  /** The JDK's parser meets some broken documents with unchecked exceptions of many types. */
  private int step() throws IOException {
    try {
      return reader.next();
    } catch (XMLStreamException e) {
      throw broken(e);
    } catch (RuntimeException e) {
      throw new FormatException(
          this, "XML: expected a well-formed document", "an error", "correct the document there");
    }
  }

  boolean isStart() {
    return reader.getEventType() == XMLStreamConstants.START_ELEMENT;
  }

  /** The current element's name without its prefix. */
  String name() {
    return reader.getLocalName();
  }

  /** An attribute of the element that starts here, whatever its namespace. */
  @Nullable String attribute(String name) {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      if (name.equals(reader.getAttributeLocalName(i))) {
        return reader.getAttributeValue(i);
      }
    }
    return null;
  }

  /** An attribute that the element that starts here must have. */
  String required(String name) throws FormatException {
    String value = attribute(name);
    if (value == null) {
      throw new FormatException(
          this,
          "XML: expected an attribute " + name + " of <" + name() + ">",
          "none",
          "give the element that attribute");
    }
    return value;
  }

  /** The text of the element that starts here, up to its end, without that of elements in it. */
  String content() throws IOException {
    StringBuilder content = new StringBuilder();
    int bottom = depth;
    while (depth >= bottom) {
      switch (advance()) {
        case XMLStreamConstants.START_ELEMENT -> enter();
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            append(content, bottom);
        default -> {
          // Comments are no part of the text.
        }
      }
    }
    return content.toString();
  }

  private void append(StringBuilder content, int bottom) throws FormatException {
    if (depth > bottom) {
      return;
    }
    if (content.length() + reader.getTextLength() > LONGEST_TEXT) {
      throw new FormatException(
          this, "XML: expected at most " + LONGEST_TEXT + " characters of text", "more", "cut it");
    }
    content.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
  }

  @Override
  public int line() {
    return reader.getLocation().getLineNumber();
  }

  @Override
  public int column() {
    return reader.getLocation().getColumnNumber();
  }

  private static IOException broken(XMLStreamException cause) {
    for (Throwable one = cause.getNestedException(); one != null; one = one.getCause()) {
      if (one instanceof IOException fromStream) {
        return fromStream;
      }
    }
    Location at = cause.getLocation();
    String message = String.valueOf(cause.getMessage());
    int detail = message.indexOf("Message: ");
    return new FormatException(
        at == null ? 0 : at.getLineNumber(),
        at == null ? 0 : at.getColumnNumber(),
        "XML: expected a well-formed document",
        "an error: " + (detail < 0 ? message : message.substring(detail + 9)),
        "correct the document there");
  }
}
