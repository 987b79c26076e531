/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import dev.starling.bench.embedding.EmbeddingCommand;
import dev.starling.bench.frames.FramesCommand;
import dev.starling.bench.graphs.PhysicsCommand;
import dev.starling.bench.graphs.SsspCommand;
import dev.starling.bench.synthesis.SynthesisCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The benchmarks' command line: {@code scripts/bench <benchmark> [options]}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      RoutingCommand.class,
      SessionsCommand.class,
      PhysicsCommand.class,
      FramesCommand.class,
      SsspCommand.class,
      EmbeddingCommand.class,
      SynthesisCommand.class,
      LoadCommand.class
    },
    description = "Benchmarks of Starling and its peers.")
public final class Bench {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m)");

  @Option(
      names = "--root",
      description = "the checkout (default: the current folder; scripts/bench sets it)")
  private Path root = Path.of("");

  /** Runs one benchmark. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command line, for this process or for a test. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Bench());
    ITypeConverter<Duration> duration = Bench::duration;
    line.registerConverter(Duration.class, duration);
    line.setParameterExceptionHandler((wrong, given) -> refuse(wrong));
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      command.getErr().println(failure.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    });
    return line;
  }

  /** Says in one line what is wrong with the arguments. */
  private static int refuse(CommandLine.ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String what =
        wrong instanceof UnmatchedArgumentException unmatched
            ? "unknown argument " + unmatched.getUnmatched().getFirst()
            : wrong.getMessage();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("bench: " + what + ", see scripts/" + name + " --help");
    command.getErr().flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Where the checkout's things lie. */
  public Places places() {
    return new Places(root.toAbsolutePath().normalize());
  }

  /** Reads {@code 500ms}, {@code 10s} or {@code 2m}. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is no duration: say 500ms, 10s or 2m");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }
}
