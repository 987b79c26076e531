/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.HttpAccess.Tls;
import dev.starling.gateway.TlsFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code starling config}: the configuration in force, and where each setting comes from. */
@Command(
    name = "config",
    description = {
      "Show the configuration that 'up' would run with, and where each setting comes from.",
      "It takes the options of 'up'; secrets are masked."
    },
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    sortOptions = false)
final class ConfigCommand extends BaseCommand {
  private final Map<String, String> environment;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  ConfigCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = out();
    Map<String, Configuration.Shown> all = Configuration.load(options.sources(environment)).shown();
    int width = all.entrySet().stream().mapToInt(e -> line(e).length()).max().orElse(0);
    for (var entry : all.entrySet()) {
      out.printf("%-" + width + "s  # %s%n", line(entry), entry.getValue().origin());
    }
    out.flush();
    return 0;
  }

  private static String line(Map.Entry<String, Configuration.Shown> entry) {
    return entry.getKey() + ": " + entry.getValue().value();
  }

  /** {@code starling config check}: whether {@code up} would take the configuration. */
  @Command(
      name = "check",
      description =
          "Check the configuration and say that it is valid, or what is wrong (exit code 2).",
      abbreviateSynopsis = true,
      descriptionHeading = "%n",
      optionListHeading = "%n",
      sortOptions = false)
  static final class Check extends BaseCommand {
    private final Map<String, String> environment;

    @Mixin private final ConfigOptions options = new ConfigOptions();

    Check(Map<String, String> environment) {
      this.environment = environment;
    }

    @Override
    public Integer call() {
      Configuration configuration = Configuration.load(options.sources(environment));
      configuration.node().gateway().access().tls().ifPresent(Check::requireUsable);
      List<String> files = options.files().stream().map(Path::toString).toList();
      Main.print(out(), files.isEmpty() ? "valid" : "valid: " + String.join(", ", files));
      return 0;
    }

    private static void requireUsable(Tls tls) {
      try {
        tls.check();
      } catch (TlsFileException e) {
        throw new ConfigException(String.valueOf(e.getMessage()));
      }
    }
  }
}
