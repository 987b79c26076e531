/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.starling.agent.sdk.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A jar with an agent, as its author would hand it in. */
final class AgentJar {
  private AgentJar() {}

  /** Puts a jar with this one agent, a class of its own, into a folder of agents. */
  static void into(Path folder, Class<? extends Agent> agent) throws IOException {
    String file = agent.getName().replace('.', '/') + ".class";
    try (JarOutputStream jar =
            new JarOutputStream(
                Files.newOutputStream(folder.resolve(agent.getSimpleName() + ".jar")));
        InputStream compiled = agent.getResourceAsStream("/" + file)) {
      if (compiled == null) {
        throw new AssertionError("no " + file);
      }
      jar.putNextEntry(new JarEntry(file));
      compiled.transferTo(jar);
      jar.putNextEntry(new JarEntry("META-INF/services/" + Agent.class.getName()));
      jar.write(agent.getName().getBytes(UTF_8));
    }
  }
}
