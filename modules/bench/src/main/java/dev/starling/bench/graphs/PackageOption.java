/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.Places;
import picocli.CommandLine.Option;

/** The option that says where Debian's graphs begin, for commands that lay such graphs out. */
public final class PackageOption {
  @Option(
      names = "--package",
      defaultValue = "python3-networkx",
      description = "the package that the graphs deb… begin at (default ${DEFAULT-VALUE})")
  private String root = "python3-networkx";

  /** The package. */
  public String root() {
    return root;
  }

  /** The graphs' files. */
  public GraphFiles files(Places places) {
    return new GraphFiles(places.work().resolve("graphs"), root);
  }
}
