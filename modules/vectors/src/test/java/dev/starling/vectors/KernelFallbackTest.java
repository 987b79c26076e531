/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JVM chooses is decided by its command line, so each case asks a child JVM. */
class KernelFallbackTest {
  private static final String MODULE = "jdk.incubator.vector";

  @TempDir Path directory = Path.of("");

  @Test
  void shouldFallBackToScalarWithoutTheIncubatorModule() throws Exception {
    assertThat(child())
        .containsExactly(
            "best scalar: module jdk.incubator.vector is not resolved;"
                + " add --add-modules jdk.incubator.vector",
            "simd IllegalStateException simd kernels: module jdk.incubator.vector is not resolved;"
                + " add --add-modules jdk.incubator.vector",
            "hits 1");
  }

  @Test
  void shouldFallBackToScalarWithoutTheOptimizingCompiler() throws Exception {
    List<String> lines = child("--add-modules", MODULE, "-XX:TieredStopAtLevel=1");
    assertThat(lines.get(0)).startsWith("best scalar: this JVM runs without its optimizing");
    assertThat(lines.subList(1, 3)).containsExactly("simd works", "hits 1");
  }

  @Test
  void shouldFallBackToScalarWithVectorsTooNarrowToBeFast() throws Exception {
    if (!System.getProperty("os.arch").equals("amd64")) {
      return;
    }
    assertThat(child("--add-modules", MODULE, "-XX:UseAVX=0").get(0))
        .isEqualTo("best scalar: this processor offers only 128-bit vectors");
  }

  private List<String> child(String... flags) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(KernelProbe.class.getName(), output.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("console").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as(Files.readString(directory.resolve("console"), StandardCharsets.UTF_8))
        .isZero();
    return Files.readAllLines(output);
  }
}
