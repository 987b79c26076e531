/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.starling.bench.ServerProcess;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A system under test as a process that runs to its end and prints one line of JSON.
 *
 * @param command without the arguments that say what to do
 * @param environment beside the usual one
 */
public record Probe(List<String> command, Map<String, String> environment) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A main class of ours in a JVM of its own, on the same class path. */
  public static Probe java(Class<?> main, String... first) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms512m",
                "-Xmx2g",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(first));
    return new Probe(command, Map.of());
  }

  /**
   * Runs it.
   *
   * @throws IOException where it fails, takes too long or prints something else, with what it said
   */
  public JsonNode run(List<String> arguments, Duration limit) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(arguments);
    return answer(ServerProcess.run(all, environment, Path.of("."), limit));
  }

  /** Prints an answer as a process of ours. */
  public static void tell(Map<String, ?> answer) throws IOException {
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write((JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The last line that is a JSON object; the JVM may warn of something before. */
  static JsonNode answer(String output) throws IOException {
    String line =
        output
            .lines()
            .filter(one -> one.startsWith("{"))
            .reduce((_, last) -> last)
            .orElseThrow(() -> new IOException("expected a line of JSON, got: " + output.strip()));
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException("expected a line of JSON, got: " + line, e);
    }
  }

  /**
   * A list of finite numbers in an answer, at least one.
   *
   * @throws IOException where it is missing or holds something else
   */
  public static double[] numbers(JsonNode answer, String name) throws IOException {
    JsonNode list = answer.path(name);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).isNumber() ? list.get(i).doubleValue() : Double.NaN;
      if (!Double.isFinite(numbers[i])) {
        throw new IOException(name + " should hold numbers, and holds " + list.get(i));
      }
    }
    if (numbers.length == 0) {
      throw new IOException("expected numbers in " + name + ", got: " + list);
    }
    return numbers;
  }
}
