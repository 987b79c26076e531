/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads where a service is that answers over HTTP, and the key that it wants. */
final class ServiceReader {
  private static final int MOST_TEXT = 128;
  private static final int MOST_SECRET = 4096;

  private final Settings settings;
  private final String section;

  /** Of the section whose keys are {@code url}, {@code secret} and {@code secret-file}. */
  ServiceReader(Settings settings, String section) {
    this.settings = settings;
    this.section = section + ".";
  }

  /** Its address. */
  Optional<URI> url() {
    return settings.optional(
        section + "url", "a URL that begins with http:// or https://", ServiceReader::url);
  }

  private static Optional<URI> url(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return Optional.of(url)
          .filter(one -> isHttp && one.getHost() != null && one.getUserInfo() == null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** What the service calls something. */
  Optional<String> name(String key) {
    return settings.optional(
        section + key,
        "empty, or up to 128 characters",
        text -> Optional.of(text).filter(one -> one.length() <= MOST_TEXT));
  }

  /** The key, as it is given or from a file. */
  Optional<String> secret() {
    Optional<String> given = settings.optional(section + "secret", "a text", Optional::of);
    Optional<String> kept =
        settings.optional(
            section + "secret-file",
            "a file that can be read, of one line of up to 4096 characters",
            ServiceReader::line);
    if (given.isPresent() && kept.isPresent()) {
      throw settings.wrong(section + "secret-file", "nothing beside " + section + "secret");
    }
    return given.or(() -> kept);
  }

  private static Optional<String> line(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MOST_SECRET) {
        return Optional.empty();
      }
      String line = Files.readString(path).strip();
      return Optional.of(line).filter(text -> !text.isEmpty() && text.lines().count() == 1);
    } catch (InvalidPathException | IOException e) {
      return Optional.empty();
    }
  }
}
