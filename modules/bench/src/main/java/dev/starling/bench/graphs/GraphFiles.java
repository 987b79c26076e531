/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of the benchmarks as files that every system reads; each is made when it is first
 * asked for, and kept. Their names say what they are: {@code deb5k}, {@code sbm10k}, {@code ba32k}.
 * One thread.
 */
public final class GraphFiles {
  /** As many as the first protocol of positions can number. */
  private static final int MOST = 32_767;

  private static final Pattern NAME = Pattern.compile("(deb|sbm|ba)(\\d{1,2})k");
  private static final long SEED = 1;
  private static final int NODES_PER_BLOCK = 400;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path folder;
  private final String root;
  private @Nullable DebianPackages packages;

  /**
   * Graphs that lie, or will lie, in a folder.
   *
   * @param root the Debian package that searches begin at
   */
  public GraphFiles(Path folder, String root) {
    this.folder = folder;
    this.root = root;
  }

  /**
   * A graph's file, all edges of length 1.
   *
   * @throws IOException where it cannot be made, saying what that needs
   */
  Path plain(String name) throws IOException {
    Path file = folder.resolve(fileName(name, ".txt"));
    if (!Files.exists(file)) {
      make(name).write(file);
    }
    return file;
  }

  /** A graph, all edges of length 1; fails as {@link #plain} does. */
  public EdgeList graph(String name) throws IOException {
    return EdgeListReader.read(plain(name));
  }

  /** A graph's file with a length for each edge. */
  Path roads(String name) throws IOException {
    Path file = folder.resolve(fileName(name, ".roads.txt"));
    if (!Files.exists(file)) {
      EdgeListReader.read(plain(name)).withLengths(new Roads(SEED)).write(file);
    }
    return file;
  }

  private String fileName(String name, String ending) {
    return (name.startsWith("deb") ? name + "-" + root : name) + ending;
  }

  /**
   * Refuses names that are none, before anything runs.
   *
   * @throws IllegalArgumentException where there is one, with what is expected
   */
  static void requireNames(List<String> names) {
    names.forEach(name -> nodes(parsed(name)));
  }

  private static Matcher parsed(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "no graph " + name + ": expected deb, sbm or ba and thousands of nodes, such as deb5k");
    }
    return matcher;
  }

  private EdgeList make(String name) throws IOException {
    Matcher matcher = parsed(name);
    int nodes = nodes(matcher);
    return switch (matcher.group(1)) {
      case "deb" -> debian(nodes);
      case "sbm" ->
          new PlantedPartition(nodes, Math.max(10, nodes / NODES_PER_BLOCK), 8, 2.7, SEED).edges();
      default -> new ScaleFree(nodes, 3, SEED).edges();
    };
  }

  private static int nodes(Matcher name) {
    int thousands = Integer.parseInt(name.group(2));
    if (thousands < 1 || thousands > 32) {
      throw new IllegalArgumentException("a graph has 1k to 32k nodes, not " + thousands + "k");
    }
    return thousands == 32 ? MOST : thousands * 1_000;
  }

  private EdgeList debian(int nodes) throws IOException {
    if (packages == null) {
      packages = DebianPackages.parse(dump().lines());
    }
    if (packages.size() == 0) {
      throw new IOException(
          "apt-cache knows no packages, which the graphs deb… are made of: run apt-get update as root,"
              + " or leave them out with --graphs");
    }
    try {
      return packages.around(root, nodes);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage() + " with --package", e);
    }
  }

  private static String dump() throws IOException {
    try {
      return ServerProcess.run(List.of("apt-cache", "dumpavail"), Path.of("."), LIMIT);
    } catch (IOException e) {
      throw new IOException(
          "the graphs deb… are made by apt-cache of Debian and Ubuntu; leave them out with --graphs: "
              + e.getMessage(),
          e);
    }
  }
}
