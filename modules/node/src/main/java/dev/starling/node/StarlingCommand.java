/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code starling} without a subcommand: help and version. */
@Command(
    name = "starling",
    description = "A real-time agent mesh: outcomes reach the agents they matter to.",
    descriptionHeading = "%n",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%n",
    versionProvider = StarlingCommand.Provider.class,
    footerHeading = "%n",
    footer = {
      "Start one node and open http://127.0.0.1:3030/ in a browser:",
      "  starling up",
      "",
      "More about a command: starling COMMAND --help. Every setting: conf/starling.yaml.",
      "Exit codes: 0 done, 1 failed, 2 something to change in what was asked."
    })
final class StarlingCommand extends BaseCommand {

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Override
  public Integer call() {
    commandLine().usage(err());
    return Main.USAGE;
  }

  /** The lines of {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "starling " + Version.current(),
        "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
      };
    }
  }
}
