/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentHandle;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kinds of agents in the jars of a folder, found as {@link ServiceLoader} finds providers of
 * {@link Agent}. Each jar has a class loader of its own, in which it sees the SDK, Vert.x's core
 * and the JDK and nothing else of the node, so that two jars may hold different versions of the
 * same library. A jar that is broken is left out and said so; the others are taken. Blocks: not for
 * an event loop.
 */
final class AgentJars {
  private static final Logger LOG = LoggerFactory.getLogger(AgentJars.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String SERVICE = "META-INF/services/" + Agent.class.getName();

  /** What was found, and what could not be taken. */
  record Found(List<AgentKind> kinds, List<String> faults) {
    Found {
      kinds = List.copyOf(kinds);
      faults = List.copyOf(faults);
    }
  }

  private final List<AgentKind> kinds = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private final Duration patience;

  private AgentJars(Duration patience) {
    this.patience = patience;
  }

  /**
   * Looks through a folder, in the order of the jars' names.
   *
   * @throws IOException where the folder itself cannot be read
   */
  static Found in(Path folder) throws IOException {
    return in(folder, PATIENCE);
  }

  /**
   * The same.
   *
   * @param patience how long an agent may take to be made and to say what it is
   */
  static Found in(Path folder, Duration patience) throws IOException {
    AgentJars jars = new AgentJars(patience);
    if (!Files.isDirectory(folder)) {
      throw new IOException("agents.dir " + folder + " is no folder that can be read");
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.jar")) {
      all.forEach(files::add);
    }
    files.sort(Comparator.naturalOrder());
    files.forEach(jars::read);
    return new Found(jars.kinds, jars.faults);
  }

  private void read(Path jar) {
    try {
      requireProvider(jar);
      URLClassLoader loader =
          new URLClassLoader(
              "agents:" + jar.getFileName(), new URL[] {url(jar)}, new SdkClassLoader());
      ServiceLoader.load(Agent.class, loader).stream()
          .forEach(provider -> add(jar, loader, provider));
    } catch (IOException | ServiceConfigurationError | LinkageError e) {
      fault(jar, e);
    }
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  private static void requireProvider(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      if (file.getEntry(SERVICE) == null) {
        throw new IOException("it has no " + SERVICE + " that names its agents");
      }
    }
  }

  /** One agent that cannot be made keeps no other one of its jar away. */
  private void add(Path jar, ClassLoader loader, ServiceLoader.Provider<Agent> provider) {
    String type = provider.type().getName();
    try {
      String kind = kind(type, loader, provider);
      AgentKind other =
          kinds.stream().filter(known -> known.kind().equals(kind)).findFirst().orElse(null);
      if (other != null) {
        fault(jar, type + " is of kind " + kind + ", as one of " + other.origin() + " is");
        return;
      }
      kinds.add(new AgentKind(kind, jar.getFileName().toString(), loader, provider));
    } catch (ExecutionException e) {
      fault(jar, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      fault(jar, type + " did not start within " + patience.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fault(jar, type + " was not waited for: this node ends");
    }
  }

  /** Makes one, on a thread of its own since nobody knows whether that ends, and asks its kind. */
  private String kind(String type, ClassLoader loader, ServiceLoader.Provider<Agent> provider)
      throws ExecutionException, TimeoutException, InterruptedException {
    FutureTask<String> probe =
        new FutureTask<>(() -> new AgentHandle(provider.get()).profile().kind());
    Thread thread = Thread.ofPlatform().daemon().name("agent-" + type).unstarted(probe);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return probe.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      probe.cancel(true);
    }
  }

  private void fault(Path jar, Throwable cause) {
    Throwable reason = cause.getCause();
    fault(jar, reason == null ? text(cause) : text(cause) + ": " + text(reason));
  }

  private static String text(Throwable cause) {
    String words = cause.getMessage();
    return cause instanceof IOException && words != null
        ? words
        : cause.getClass().getSimpleName() + (words == null ? "" : ": " + words);
  }

  private void fault(Path jar, String why) {
    String text = "agents of " + jar.getFileName() + " are left out: " + why;
    LOG.error(text);
    faults.add(text);
  }
}
