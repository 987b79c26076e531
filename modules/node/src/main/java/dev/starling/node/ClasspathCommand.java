/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code starling classpath}: what agents are compiled with. */
@Command(
    name = "classpath",
    description =
        "Print the class path that agents are compiled with: the SDK, and what of a node their jars"
            + " see beside it.",
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n")
final class ClasspathCommand extends BaseCommand {
  /** One class of each jar that a node shares with agents. */
  private static final List<String> SHARED =
      List.of(
          "dev.starling.agent.sdk.Agent",
          "io.vertx.core.Vertx",
          "io.netty.util.AsciiString",
          "io.netty.buffer.ByteBuf",
          "io.netty.channel.EventLoop",
          "org.slf4j.Logger",
          "org.jspecify.annotations.Nullable");

  @Override
  public Integer call() throws ClassNotFoundException, URISyntaxException {
    StringBuilder path = new StringBuilder();
    for (String name : SHARED) {
      CodeSource source = Class.forName(name).getProtectionDomain().getCodeSource();
      path.append(path.isEmpty() ? "" : File.pathSeparator);
      path.append(Path.of(source.getLocation().toURI()));
    }
    Main.print(out(), path.toString());
    return 0;
  }
}
