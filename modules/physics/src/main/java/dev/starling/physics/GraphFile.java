/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.MeshWire;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Keep;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.protocol.mesh.WireException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node keeps of the graph on its disk: {@code graph.journal}, the whole graph in pages and
 * what was changed since, and {@code graph.layout}, where the nodes were. Both begin with {@link
 * #MAGIC} and go on with records {@code int length | int crc32c | bytes}, big-endian, of which the
 * bytes are a message of {@link MeshWire}. A crash leaves a journal that lacks its end at the most,
 * and a whole layout. What cannot be read is set aside, never lost. Every method waits for the
 * disk. One thread at a time has to do with the journal, and one with the layout.
 */
final class GraphFile {
  static final String NAME = "graph.journal";
  static final String LAYOUT = "graph.layout";

  /** How the names of journals begin that another graph took the place of. */
  static final String BEFORE_JOINING = NAME + ".before-joining-";

  /** How the names of files begin that have what was cut off a journal's end. */
  static final String CUT_OFF = NAME + ".cut-off-";

  private static final int MOST_KEPT = 5;

  private static final Logger LOG = LoggerFactory.getLogger(GraphFile.class);
  private static final byte[] MAGIC = "STARLING GRAPH 1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 2 * Integer.BYTES;

  /** No record that was written is longer. */
  private static final int LONGEST = 256 << 20;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path folder;
  private @Nullable FileChannel journal;

  /** The journal that is to take the other's place once it is whole. */
  private @Nullable FileChannel next;

  /** How long the journal was when it was written anew. */
  private long wholeBytes;

  GraphFile(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads what was kept.
   *
   * @param each is given the edits that make the graph, in order
   * @throws IOException where a file is there that can be neither read nor set aside
   */
  GraphKeeper.Loaded load(Consumer<List<GraphEdit>> each) throws IOException {
    Files.createDirectories(folder);
    Path path = folder.resolve(NAME);
    LatestVersion latest = new LatestVersion(each);
    if (!Files.exists(path)) {
      begin();
      end(false);
    } else if (!read(NAME, latest)) {
      keepUpTo(latest.end);
    }
    leave();
    keepEnd(path, latest.end);
    FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE);
    journal = opened.truncate(latest.end).position(latest.end);
    wholeBytes = latest.end;
    return new GraphKeeper.Loaded(latest.version, layout());
  }

  /** A record that a crash cut short looks like one whose length is damaged. */
  private void keepEnd(Path path, long end) throws IOException {
    long size = Files.size(path);
    if (size <= end) {
      return;
    }
    Path aside = folder.resolve(CUT_OFF + TIME.format(Instant.now()));
    try (FileChannel from = FileChannel.open(path, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copy(from, end, size, to);
    }
    LOG.warn(
        "{} ends amid a change: its last {} bytes are left out, and kept as {}",
        path,
        size - end,
        aside);
    prune(CUT_OFF);
  }

  private static void copy(FileChannel from, long start, long end, FileChannel to)
      throws IOException {
    long at = start;
    while (at < end) {
      at += from.transferTo(at, end - at, to);
    }
    to.force(true);
  }

  private @Nullable LayoutBlock layout() throws IOException {
    List<LayoutBlock> layouts = new ArrayList<>();
    Reader reader =
        (message, end) -> {
          if (message instanceof Keep(LayoutBlock block)) {
            layouts.add(block);
          }
        };
    if (Files.exists(folder.resolve(LAYOUT)) && !read(LAYOUT, reader)) {
      Files.delete(folder.resolve(LAYOUT)); // it has another name, too
    }
    return layouts.isEmpty() ? null : layouts.getLast();
  }

  /** Puts the sound part of a damaged journal in its place, which has another name by now, too. */
  private void keepUpTo(long end) throws IOException {
    try (FileChannel damaged = FileChannel.open(folder.resolve(NAME), StandardOpenOption.READ);
        FileChannel sound = create(NAME)) {
      copy(damaged, MAGIC.length, end, sound);
    }
    replace(NAME);
  }

  /** Who is told of a record, and where in the file it ends. */
  private interface Reader {
    void read(MeshMessage message, long end);
  }

  /** Makes the graph and notes how late it is. */
  private static final class LatestVersion implements Reader {
    private final Consumer<List<GraphEdit>> each;
    private Version version = new Version(0, 0);
    private long end = MAGIC.length;

    /** Parts of a change of which the end was not read yet; without it, it was never made. */
    private final List<Edits> unfinished = new ArrayList<>();

    LatestVersion(Consumer<List<GraphEdit>> each) {
      this.each = each;
    }

    @Override
    public void read(MeshMessage message, long at) {
      switch (message) {
        case Edits edits -> took(edits);
        case Page page -> took(page.term(), page.sequence(), page.edits());
        default -> throw new WireException("a record of another kind");
      }
      end = at;
    }

    private void took(Edits part) {
      if (!unfinished.isEmpty() && !follows(part, unfinished.getLast())) {
        unfinished.clear();
      }
      unfinished.add(part);
      if (part.isWhole()) {
        unfinished.forEach(one -> took(one.term(), one.sequence(), one.edits()));
        unfinished.clear();
      }
    }

    private static boolean follows(Edits part, Edits before) {
      return part.term() == before.term() && part.sequence() == before.sequence() + 1;
    }

    private void took(long term, long sequence, List<GraphEdit> edits) {
      each.accept(edits);
      Version now = new Version(term, sequence);
      version = Standby.BY_AGE.compare(now, version) > 0 ? now : version;
    }
  }

  /** Reads a file's records; false where it is damaged, and has another name, too, from now on. */
  private boolean read(String name, Reader reader) throws IOException {
    Path path = folder.resolve(name);
    try (InputStream file = Files.newInputStream(path);
        DataInputStream in = new DataInputStream(new BufferedInputStream(file, 1 << 16))) {
      requireMagic(in);
      long at = MAGIC.length;
      long size = Files.size(path);
      while (at + HEADER <= size) {
        int length = in.readInt();
        int crc = in.readInt();
        if (length < 0 || length > LONGEST) {
          throw new WireException("a record of " + length + " bytes at " + at);
        }
        if (at + HEADER + length > size) {
          break; // the process ended while it wrote this one
        }
        byte[] bytes = in.readNBytes(length);
        requireCrc(bytes, crc, at);
        at += HEADER + length;
        reader.read(MeshWire.decode(bytes, 0, length), at);
      }
      return true;
    } catch (WireException e) {
      Path aside = folder.resolve(name + ".damaged-" + TIME.format(Instant.now()));
      keepAs(aside, path);
      LOG.error(
          "{} is damaged, or of another build: {}; it is kept as {}, and what stood before that"
              + " place is taken",
          path,
          e.getMessage(),
          aside);
      return false;
    }
  }

  /** Gives a file another name, too; a copy where the disk knows no second names. */
  private static void keepAs(Path other, Path file) throws IOException {
    try {
      Files.createLink(other, file);
    } catch (UnsupportedOperationException | FileSystemException e) {
      LOG.debug("{} is copied, since it cannot be linked", file, e);
      Files.copy(file, other);
    }
  }

  private static void requireMagic(DataInputStream in) throws IOException {
    byte[] start = new byte[MAGIC.length];
    try {
      in.readFully(start);
    } catch (EOFException e) {
      throw new WireException("it ends too soon");
    }
    if (!Arrays.equals(start, MAGIC)) {
      throw new WireException("it does not begin as a graph does");
    }
  }

  private static void requireCrc(byte[] bytes, int crc, long at) {
    if (crc(bytes) != crc) {
      throw new WireException("the record at " + at + " does not have its checksum");
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Adds to the journal, and to the one that is being written anew. */
  void append(Edits edits) throws IOException {
    FileChannel old = journal;
    FileChannel anew = next;
    if (old == null && anew == null) {
      return;
    }
    byte[] bytes = MeshWire.encode(edits);
    if (old != null) {
      write(old, bytes);
    }
    if (anew != null) {
      write(anew, bytes);
    }
  }

  /** Waits until all that was added to the journal would outlive a power cut. */
  void force() throws IOException {
    FileChannel old = journal;
    if (old != null) {
      old.force(false);
    }
  }

  private static void write(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(HEADER + bytes.length);
    writeFully(channel, record.putInt(bytes.length).putInt(crc(bytes)).put(bytes).flip());
  }

  private static void writeFully(FileChannel channel, ByteBuffer rest) throws IOException {
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  /** Whether the changes since the journal was written anew are much longer than the graph. */
  boolean isLong() throws IOException {
    FileChannel open = journal;
    return open != null && open.size() > 3 * wholeBytes + (8 << 20);
  }

  /** Adds no more to the journal, which stays as it is until one that is written anew is whole. */
  void leave() throws IOException {
    FileChannel old = journal;
    journal = null;
    if (old != null) {
      old.close();
    }
  }

  /** Begins to write the journal anew. */
  void begin() throws IOException {
    FileChannel abandoned = next;
    if (abandoned != null) {
      abandoned.close();
    }
    next = create(NAME);
  }

  /** Adds to the journal that is being written anew. */
  void add(Page page) throws IOException {
    FileChannel anew = next;
    if (anew != null) {
      write(anew, MeshWire.encode(page));
    }
  }

  /**
   * Puts the journal that was written anew in the place of the other.
   *
   * @param keepsOld where the other is of another mesh, or of a branch of this one
   */
  void end(boolean keepsOld) throws IOException {
    FileChannel anew = next;
    if (anew == null) {
      return;
    }
    anew.force(true);
    leave();
    if (keepsOld) {
      keepOld();
    }
    replace(NAME);
    journal = anew;
    next = null;
    wholeBytes = anew.size();
  }

  /** Under another name, of which there are a few at the most. */
  private void keepOld() throws IOException {
    Path kept = folder.resolve(BEFORE_JOINING + TIME.format(Instant.now()));
    keepAs(kept, folder.resolve(NAME));
    LOG.warn(
        "this node's graph has changes that the mesh's may not have, whose is in force; it is kept as {}",
        kept);
    prune(BEFORE_JOINING);
  }

  /** The latest few of a kind stay. */
  private void prune(String kind) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> old =
          files.filter(file -> file.getFileName().toString().startsWith(kind)).sorted().toList();
      for (Path oldest : old.subList(0, Math.max(0, old.size() - MOST_KEPT))) {
        Files.delete(oldest);
      }
    }
  }

  /** Keeps where the nodes are, in the place of where they were. */
  void layout(LayoutBlock block) throws IOException {
    try (FileChannel channel = create(LAYOUT)) {
      write(channel, MeshWire.encode(new Keep(block)));
      channel.force(true);
    }
    replace(LAYOUT);
  }

  private FileChannel create(String name) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(name + ".new"),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    writeFully(channel, ByteBuffer.wrap(MAGIC));
    return channel;
  }

  private void replace(String name) throws IOException {
    Files.move(
        folder.resolve(name + ".new"),
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    // The rename itself outlives a power cut only once the folder is on disk too.
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Gives the files back; it may be written anew afterwards. */
  void close() throws IOException {
    FileChannel anew = next;
    next = null;
    if (anew != null) {
      anew.close();
    }
    leave();
  }
}
