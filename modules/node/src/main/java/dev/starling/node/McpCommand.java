/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.InputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling mcp}: a node's MCP server for hosts that start servers as programs. */
@Command(
    name = "mcp",
    description =
        "Relay MCP between a host's standard streams and a node: messages as lines of JSON, the log"
            + " on standard error.",
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    sortOptions = false)
final class McpCommand extends BaseCommand {
  @Mixin private final NodeOptions node = new NodeOptions();

  private final InputStream in;

  /**
   * A relay.
   *
   * @param in what the host writes
   */
  McpCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws InterruptedException {
    return node.run(
        err(),
        client ->
            new McpRelay(node, client, new McpHostStreams(in, out(), err()), McpRelay.SILENCE)
                .run());
  }
}
