/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code bench load}: one run of the generator against whatever speaks QIS at an address, as JSON.
 */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description =
        "Puts load on a running QIS router and prints what it measured as JSON. Exit code 1: something was lost or doubled.")
final class LoadCommand extends BenchCommand {
  @Mixin private LoadOptions load = new LoadOptions();

  @Option(
      names = "--target",
      defaultValue = "ws://127.0.0.1:8765/",
      description = "address (default ws://127.0.0.1:8765/)")
  private URI target = URI.create("ws://127.0.0.1:8765/");

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "outcomes per second in total, on schedule; 0 (default): closed loop")
  private double rate;

  @Option(names = "--deflate", description = "offer permessage-deflate")
  private boolean deflate;

  @Option(names = "--pid", description = "the server's process, for its CPU time")
  private @Nullable Long pid;

  @Override
  public Integer call() throws IOException {
    LoadResult result =
        new LoadGenerator(target, load.workload(), load.pace(rate), deflate, clock()).run();
    Map<String, Object> details = ResultFile.details(result, rate);
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    out().println(json.writeValueAsString(details));
    out().flush();
    return result.whole() ? 0 : 1;
  }

  private LoadGenerator.CpuClock clock() {
    if (pid == null) {
      return LoadGenerator.CpuClock.UNKNOWN;
    }
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    return () -> ProcFs.cpuNanos(List.of(server));
  }
}
