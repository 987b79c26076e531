/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  private final AtomicInteger code = new AtomicInteger(-1);

  @Test
  void shouldEndWith0OnceDrained() {
    shutdown(CompletableFuture.completedFuture(null)).run();
    assertThat(code).hasValue(0);
  }

  @Test
  void shouldEndWith0WhenTheDrainTakesTooLong() {
    shutdown(new CompletableFuture<>()).run();
    assertThat(code).hasValue(0);
  }

  @Test
  void shouldTellAFailedDrain() {
    shutdown(CompletableFuture.failedFuture(new IOException("no"))).run();
    assertThat(code).hasValue(Main.FAILED);
  }

  @Test
  void shouldKeepTheCodeOfAFailedStart() {
    var shutdown = new Shutdown(Duration.ofMillis(100), code::set);
    shutdown.cancel(Main.USAGE);
    shutdown.run();
    assertThat(code).hasValue(Main.USAGE);
  }

  @Test
  void shouldInterruptAStartThatIsUnderWay() throws Exception {
    var made = new CompletableFuture<Shutdown>();
    Thread starter =
        Thread.startVirtualThread(() -> {
          var shutdown = new Shutdown(Duration.ofSeconds(10), code::set);
          made.complete(shutdown);
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            shutdown.cancel(Main.USAGE);
          }
        });
    made.get().run();
    starter.join();
    assertThat(code).hasValue(0);
  }

  @Test
  void shouldDrainAndExitWith0OnSigterm() throws Exception {
    Process process = start("serve");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).startsWith("starling ready: ");
      process.toHandle().destroy();
      assertThat(out.readLine()).isEqualTo("drained");
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldNotMaskAnErrorOfTheNode() throws Exception {
    Process process = start("fail");
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(Main.FAILED);
    } finally {
      process.destroyForcibly();
    }
  }

  private Shutdown shutdown(CompletionStage<Void> drain) {
    var shutdown = new Shutdown(Duration.ofMillis(100), code::set);
    shutdown.started(new Node(Optional.of(drain), new CompletableFuture<>()));
    return shutdown;
  }

  private static Process start(String how) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ShutdownTest.class.getName(),
            how)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A process that runs {@code up} with a node of this test. */
  public static void main(String[] args) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    if (args[0].equals("fail")) {
      stopped.completeExceptionally(new IOException("gone"));
    }
    var commandLine = Main.commandLine(config -> new Node(Optional.empty(), stopped), Map.of());
    System.exit(commandLine.execute("up"));
  }

  /** A node that serves nothing; without a stage to answer with, its drain says so and is done. */
  private record Node(Optional<CompletionStage<Void>> onDrain, CompletionStage<Void> stopped)
      implements RunningNode {
    @Override
    public int httpPort() {
      return 1;
    }

    @Override
    public Optional<Integer> agentPort() {
      return Optional.empty();
    }

    @Override
    public Optional<String> clusterAddress() {
      return Optional.empty();
    }

    @Override
    public CompletionStage<Void> drain() {
      return onDrain.orElseGet(() -> {
        System.out.println("drained");
        return CompletableFuture.completedFuture(null);
      });
    }
  }
}
