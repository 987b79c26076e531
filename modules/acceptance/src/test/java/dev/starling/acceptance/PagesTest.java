/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages that people read: their links lead somewhere, and the operators' has every key. */
class PagesTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern GROUP = Pattern.compile("^limits\\.(web|agent)\\.");

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      List<Path> pages =
          new ArrayList<>(docs.filter(one -> one.toString().endsWith(".md")).toList());
      pages.add(ROOT.resolve("README.md"));
      return pages;
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFileAndAHeading(Path page) throws IOException {
    List<String> links =
        LINK.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
    for (String link : links) {
      if (!link.startsWith("https://")) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        assertThat(file).as(link).exists();
        if (parts.length > 1) {
          assertThat(anchors(file)).as(link).contains(parts[1]);
        }
      }
    }
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(PagesTest::anchor)
        .collect(Collectors.toSet());
  }

  private static String anchor(MatchResult heading) {
    String text = heading.group(1).toLowerCase(Locale.ROOT);
    return text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  @Test
  void thePageForOperatorsNamesEveryKey() throws IOException {
    String page = Files.readString(ROOT.resolve("docs").resolve("operations.md"));
    String conf = Files.readString(ROOT.resolve("conf").resolve("starling.yaml"));
    assertThat(keys("", ApiDocument.parse(conf).json()))
        .hasSizeGreaterThan(50)
        .allSatisfy(
            key -> assertThat(page).containsAnyOf(key, GROUP.matcher(key).replaceFirst("limits.")));
  }

  private static List<String> keys(String prefix, JsonObject section) {
    List<String> keys = new ArrayList<>();
    section.forEach(member -> {
      String key = prefix + member.getKey();
      if (member.getValue() instanceof JsonObject below && !below.isEmpty()) {
        keys.addAll(keys(key + ".", below));
      } else {
        keys.add(key);
      }
    });
    return keys;
  }
}
