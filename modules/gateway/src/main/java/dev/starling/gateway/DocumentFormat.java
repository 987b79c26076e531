/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** In which form a graph travels over HTTP; who holds the graph reads and writes it. */
enum DocumentFormat {
  JSON("application/json", List.of(), List.of(".json")),
  GRAPHML("application/graphml+xml", List.of(), List.of(".graphml")),
  GEXF("application/gexf+xml", List.of(), List.of(".gexf")),
  CSV("text/csv", List.of("text/tab-separated-values"), List.of(".csv", ".tsv")),
  DOT("text/vnd.graphviz", List.of(), List.of(".dot", ".gv"));

  private static final int SHOWN = 80;

  private final String mediaType;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> otherTypes;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> suffixes;

  DocumentFormat(String mediaType, List<String> otherTypes, List<String> suffixes) {
    this.mediaType = mediaType;
    this.otherTypes = otherTypes;
    this.suffixes = suffixes;
  }

  /** Its name on the bus and in {@code ?format=}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String mediaType() {
    return mediaType;
  }

  /** How the name of its file ends. */
  String suffix() {
    return suffixes.getFirst();
  }

  /** Of a document that comes: by {@code ?format=}, else by {@code ?name=}, else by its type. */
  static DocumentFormat ofBody(RoutingContext call) {
    String type = call.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return asked(call)
        .or(() -> byType(type))
        .orElseThrow(() -> refusal("format", type == null ? "nothing" : "a body of " + type));
  }

  /** Of a document that is asked for: by {@code ?format=}, else by {@code ?name=}, else JSON. */
  static DocumentFormat ofAnswer(RoutingContext call) {
    return asked(call).orElse(JSON);
  }

  private static Optional<DocumentFormat> asked(RoutingContext call) {
    String format = HttpReplies.parameter(call, "format");
    if (format != null) {
      return Optional.of(byWord(format).orElseThrow(() -> refusal("format", format)));
    }
    String name = HttpReplies.parameter(call, "name");
    return name == null
        ? Optional.empty()
        : Optional.of(byName(name).orElseThrow(() -> refusal("name", name)));
  }

  private static Optional<DocumentFormat> byWord(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equalsIgnoreCase(word)).findFirst();
  }

  private static Optional<DocumentFormat> byName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(one -> one.suffixes.stream().anyMatch(lower::endsWith))
        .findFirst();
  }

  private static Optional<DocumentFormat> byType(@Nullable String header) {
    String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(one -> one.mediaType.equals(type) || one.otherTypes.contains(type))
        .findFirst();
  }

  private static RefusalException refusal(String field, String came) {
    String known =
        Arrays.stream(values()).map(DocumentFormat::word).collect(Collectors.joining(", "));
    String expected =
        field.equals("name")
            ? "a file name that ends in the suffix of " + known
            : "?format= with one of " + known;
    return RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE,
        field,
        expected,
        came.substring(0, Math.min(came.length(), SHOWN)));
  }
}
