/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingsDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code settings.json} in the node's folder: replaced as a whole, so that a crash leaves the old
 * one or the new one; what cannot be read, belongs to another mesh, or has changes that are not in
 * force is set aside, never lost. Every method waits for the disk. One thread at a time.
 */
final class SettingsFile {
  static final String NAME = "settings.json";

  private static final Logger LOG = LoggerFactory.getLogger(SettingsFile.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final Path file;
  private @Nullable SettingsDocument kept;

  SettingsFile(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(NAME);
  }

  /**
   * What the file holds; empty where there is none, or none that can be read.
   *
   * @throws IOException where a file is there that can be neither read nor set aside
   */
  Optional<SettingsDocument> load() throws IOException {
    Files.createDirectories(folder);
    if (Files.exists(file)) {
      try {
        kept = SettingsDocument.of(Files.readAllBytes(file));
      } catch (DamagedDocumentException e) {
        LOG.error(
            "{} is {}; it is kept as {}, and the mesh goes on with what other nodes have, or with"
                + " every default",
            file,
            e.getMessage(),
            setAside("damaged"));
      }
    }
    return Optional.ofNullable(kept);
  }

  /** Puts a document in the place of what the file holds. */
  void save(SettingsDocument document) throws IOException {
    SettingsDocument before = kept;
    if (before != null && before.version() > 0) {
      setAsideWhatIsLost(before, document);
    }
    kept = null;
    replace(document.toBytes());
    kept = document;
  }

  private void setAsideWhatIsLost(SettingsDocument before, SettingsDocument now)
      throws IOException {
    if (!before.lineage().equals(now.lineage())) {
      LOG.warn(
          "this node's settings belong to another mesh than the one it joined; they are kept as"
              + " {}, and the mesh's are in force",
          setAside("other-mesh"));
    } else if (!now.follows(before)) {
      LOG.warn(
          "this node's settings have changes that the mesh's have not, which were made while this"
              + " node or others were away; they are kept as {}, and the mesh's are in force",
          setAside("other-branch"));
    }
  }

  private Path setAside(String why) throws IOException {
    Path aside = folder.resolve(NAME + "." + why + "-" + TIME.format(Instant.now()));
    return Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
  }

  private void replace(byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    Path temporary = folder.resolve(NAME + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // The rename itself outlives a power cut only once the folder is on disk too.
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
