/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * What the classes of an agent's jar see of the node: the SDK, Vert.x's core and what its
 * signatures name, and the logging API. All else they bring themselves. Thread-safe.
 */
final class SdkClassLoader extends ClassLoader {
  private static final List<String> SHARED =
      List.of(
          "dev.starling.agent.sdk.",
          "io.vertx.core.",
          "io.vertx.codegen.",
          "io.netty.",
          "org.slf4j.",
          "org.jspecify.");

  private final ClassLoader node = SdkClassLoader.class.getClassLoader();

  SdkClassLoader() {
    super("agent-sdk", ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (SHARED.stream().anyMatch(name::startsWith)) {
      return node.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }

  /** Files of the node are none of theirs. */
  @Override
  public URL getResource(String name) {
    return getPlatformClassLoader().getResource(name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.emptyEnumeration();
  }
}
