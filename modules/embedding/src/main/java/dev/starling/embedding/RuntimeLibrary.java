/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Loads the native code of ONNX Runtime, and takes its files away again at once. Left to itself it
 * leaves 17 MB behind for each process that is killed. Once for a process.
 */
final class RuntimeLibrary {
  /** Where ONNX Runtime looks before it unpacks anything itself. */
  private static final String PATH = "onnxruntime.native.path";

  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  private RuntimeLibrary() {}

  /** The runtime, loaded. */
  static synchronized OrtEnvironment load() throws IOException {
    if (System.getProperty(PATH) != null) {
      return OrtEnvironment.getEnvironment();
    }
    Path folder = Files.createTempDirectory("starling-embedder-");
    System.setProperty(PATH, folder.toString());
    try {
      for (String library : LIBRARIES) {
        unpack(System.mapLibraryName(library), folder);
      }
      return OrtEnvironment.getEnvironment();
    } catch (IOException | RuntimeException | Error e) {
      // Or the next try would look in a folder that is not there any more.
      System.clearProperty(PATH);
      throw e;
    } finally {
      for (String library : LIBRARIES) {
        delete(folder.resolve(System.mapLibraryName(library)));
      }
      delete(folder);
    }
  }

  private static void unpack(String file, Path folder) throws IOException {
    String resource = "/ai/onnxruntime/native/" + platform() + "/" + file;
    try (InputStream in = OrtEnvironment.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("there is no " + resource);
      }
      Files.copy(in, folder.resolve(file));
    }
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : "linux";
    String arch = System.getProperty("os.arch");
    return system + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
  }

  /** What is loaded cannot be deleted everywhere; there it goes with the process. */
  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }
}
