/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.protocol.Nearest;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code starling} command. */
public final class Main {
  /** The exit code of what went wrong while running. */
  static final int FAILED = 1;

  /** The exit code of what a person has to change: an option, a setting, a port in use. */
  static final int USAGE = 2;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    NodeLauncher launcher = config -> StarlingNode.start(config);
    System.exit(commandLine(launcher, System.getenv()).execute(args));
  }

  /** The command line, of which {@code up} starts nodes with {@code launcher}. */
  static CommandLine commandLine(NodeLauncher launcher, Map<String, String> environment) {
    var config =
        new CommandLine(new ConfigCommand(environment))
            .addSubcommand(new ConfigCommand.Check(environment));
    var keys = new CommandLine(new KeysCommand()).addSubcommand(new KeysCommand.New());
    var graph =
        new CommandLine(new GraphCommand())
            .addSubcommand(new GraphCommand.Import())
            .addSubcommand(new GraphCommand.Export());
    var commandLine =
        new CommandLine(new StarlingCommand())
            .addSubcommand(new UpCommand(launcher, environment))
            .addSubcommand(new StatusCommand())
            .addSubcommand(new McpCommand(System.in))
            .addSubcommand(new ClasspathCommand())
            .addSubcommand(graph)
            .addSubcommand(config)
            .addSubcommand(new TokenCommand(environment, InstantSource.system()))
            .addSubcommand(keys);
    return commandLine
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, args) -> refuse(e))
        .setExecutionExceptionHandler((e, command, result) -> report(e, command));
  }

  /** Prints a line; the log and everything else goes to standard error. */
  static void print(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** Prints {@code message} as the one line that says what is wrong; {@code code} again. */
  static int fail(PrintWriter err, String message, int code) {
    print(err, "starling: " + message.lines().map(String::strip).collect(Collectors.joining(" ")));
    return code;
  }

  /** What {@code e} tells a person. */
  static String text(Throwable e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  private static int refuse(CommandLine.ParameterException e) {
    CommandLine command = e.getCommandLine();
    String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched, help)
            : lowerFirst(text(e)) + ", " + help;
    return fail(command.getErr(), message, USAGE);
  }

  /** What to say of the first argument that nothing takes: the others often belong to it. */
  private static String unknown(UnmatchedArgumentException e, String help) {
    String argument = e.getUnmatched().getFirst();
    CommandLine.Model.CommandSpec spec = e.getCommandLine().getCommandSpec();
    boolean option = argument.startsWith("-");
    Collection<String> known = option ? spec.optionsMap().keySet() : spec.subcommands().keySet();
    String word = option ? argument.replaceFirst("=.*", "") : argument;
    String what = option ? "option" : known.isEmpty() ? "argument" : "command";
    return "unknown %s %s, %s"
        .formatted(
            what,
            word,
            Nearest.within(word, known).map(near -> "did you mean " + near + "?").orElse(help));
  }

  private static int report(Exception e, CommandLine command) {
    if (e instanceof ConfigException) {
      return fail(command.getErr(), text(e), USAGE);
    }
    LoggerFactory.getLogger(Main.class).debug("failed", e);
    String hint = ", --set log.level=debug tells more";
    return fail(command.getErr(), "failed unexpectedly: " + e + hint, FAILED);
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
