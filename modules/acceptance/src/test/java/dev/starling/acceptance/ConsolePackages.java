/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The npm packages that pages of others use beside a mesh, in the versions that the console's
 * package-lock.json pins. {@code scripts/test} installs them.
 */
final class ConsolePackages {
  private static final Path CONSOLE = Path.of("..", "console").toAbsolutePath().normalize();

  private static final String REACT =
      """
      import React from "react";
      export const { createElement, useCallback, useEffect, useRef, useState, version } = React;
      export { createRoot } from "react-dom/client";
      """;

  private ConsolePackages() {}

  /** The package pako as a script, which makes a global of this name. */
  static String pako() {
    try {
      return Files.readString(installed("pako/dist/browser/pako.umd.min.js"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** React and what mounts it, as one module for both of their names. */
  static String react() {
    String esbuild = installed("esbuild/bin/esbuild").toString();
    String define = "--define:process.env.NODE_ENV=\"development\"";
    try {
      Process bundling =
          new ProcessBuilder(
                  List.of("node", esbuild, "--bundle", "--format=esm", "--log-level=error", define))
              .directory(CONSOLE.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var entry = bundling.outputWriter(UTF_8)) {
        entry.write(REACT);
      }
      String bundle = new String(bundling.getInputStream().readAllBytes(), UTF_8);
      if (bundle.isEmpty()) {
        throw new AssertionError("esbuild made no bundle of react");
      }
      return bundle;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path installed(String file) {
    Path path = CONSOLE.resolve("node_modules").resolve(file);
    if (!Files.isReadable(path)) {
      throw new AssertionError("there is no " + path + ": run npm ci in " + CONSOLE);
    }
    return path;
  }
}
