/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's folder, which one node at a time may use: two would write over what the other keeps. The
 * operating system gives the lock back when the process ends, however it ends. Thread-safe.
 */
final class DataFolder implements AutoCloseable {
  static final String LOCK = "node.lock";

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  private final FileChannel channel;

  private DataFolder(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the folder where there is none, and takes it.
   *
   * @throws StartException where it cannot be used, or another node uses it
   */
  static DataFolder take(Path folder) throws StartException {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isFree(channel)) {
        return new DataFolder(channel);
      }
      channel.close();
      String why = "another node uses it, and each needs a folder of its own";
      throw unusable(folder, why, new IOException("locked"));
    } catch (IOException e) {
      throw unusable(folder, reason(e), e);
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a node of this process has it
    }
  }

  private static StartException unusable(Path folder, String reason, Throwable cause) {
    return new StartException(
        "cannot use %s (node.data): %s; another folder is set with --set node.data=FOLDER"
            .formatted(folder, reason),
        cause);
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> denied.getFile() + " may not be written";
      case FileAlreadyExistsException file -> file.getFile() + " is no folder";
      case NoSuchFileException missing -> missing.getFile() + " cannot be made";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> Main.text(failure);
    };
  }

  /** Gives the folder back; the file of the lock stays, since another node may wait for it. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("the folder cannot be given back; it is when the process ends", e);
    }
  }
}
