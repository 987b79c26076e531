/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands of all benchmarks have: where things lie, and how they say what came out. */
public abstract class BenchCommand implements Callable<Integer> {
  /** Exit code: something could not be measured that had to be. */
  protected static final int UNMEASURED = 2;

  /** Exit code: a goal was missed. */
  protected static final int MISSED = 3;

  @ParentCommand private @Nullable Bench bench;

  @Spec private @Nullable CommandSpec spec;

  /** Where the checkout's things lie. */
  protected final Places places() {
    return Objects.requireNonNull(bench, "run through Bench").places();
  }

  /** The command with its options. */
  protected final CommandSpec spec() {
    return Objects.requireNonNull(spec, "run through Bench");
  }

  /** For results. */
  protected final PrintWriter out() {
    return spec().commandLine().getOut();
  }

  /** For lines about what is being done. */
  protected final PrintWriter progress() {
    return spec().commandLine().getErr();
  }

  /**
   * Prints a table and what it says of goals.
   *
   * @param subject the column that the others are compared with
   * @param goals may be none
   * @param raw the file with all figures
   */
  protected final void print(Results results, String subject, List<Goal> goals, Path raw) {
    out().println();
    out().println(ResultTable.render(results, subject));
    if (!goals.isEmpty()) {
      out().println(Goal.table(goals));
    }
    out().println("raw figures: " + raw);
    out().flush();
  }
}
