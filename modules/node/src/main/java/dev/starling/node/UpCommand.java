/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling up}: starts a node, says when it is ready, and stays until it is told to end. */
@Command(
    name = "up",
    description = "Start a node and stay until it is told to stop (Ctrl-C or SIGTERM).",
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  starling up                                       one node with every role",
      "  starling up --http-port 0 --agent-port 0          the same, on free ports",
      "  starling up --cluster-port 5801 --join 127.0.0.1:5801",
      "                                                    the first node of a mesh",
      "  starling up --cluster-port 5802 --join 127.0.0.1:5801 \\",
      "              --http-port 3031 --agent-port 8766    a second one",
      "  starling up --set router.similarity-threshold=0.8"
    })
final class UpCommand extends BaseCommand {
  private final NodeLauncher launcher;
  private final Map<String, String> environment;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  UpCommand(NodeLauncher launcher, Map<String, String> environment) {
    this.launcher = launcher;
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Configuration configuration = Configuration.load(options.sources(environment));
    NodeConfig config = configuration.node();
    Logger log = Logging.start(config.log());
    configuration
        .shown()
        .forEach((key, shown) -> log.debug("{}: {} ({})", key, shown.value(), shown.origin()));
    var shutdown = new Shutdown(config.drainTimeout(), Runtime.getRuntime()::halt);
    shutdown.install();
    int code = Main.FAILED;
    try {
      RunningNode node = launcher.start(config);
      shutdown.started(node);
      Main.print(out(), ReadyLine.of(config, node));
      node.stopped().toCompletableFuture().get();
      code = 0;
    } catch (StartException e) {
      log.debug("cannot start", e);
      code = shutdown.isEnding() ? 0 : Main.fail(err(), Main.text(e), Main.USAGE);
    } catch (InterruptedException e) {
      log.debug("told to end", e);
    } catch (ExecutionException e) {
      log.error("the node failed", e.getCause());
    } finally {
      shutdown.cancel(code);
    }
    return code;
  }
}
