/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.agents.AgentsConfig;
import dev.starling.agents.model.ModelConfig;
import dev.starling.agents.swarm.SwarmConfig;
import dev.starling.tasks.TasksConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Builds the records of agents and tasks from settings. */
final class AgentsConfigReader {
  private static final Pattern KIND = Pattern.compile("\\S{1,64}");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]*");
  private static final String MODEL = "agents.model";
  private static final List<String> OF_A_MODEL = List.of("name", "secret", "secret-file");
  private static final Duration WEEK = Duration.ofDays(7);

  private final Settings settings;

  AgentsConfigReader(Settings settings) {
    this.settings = settings;
  }

  AgentsConfig agents(List<SwarmConfig> swarms) {
    return new AgentsConfig(
        settings.optional("agents.dir", "a folder that is there", AgentsConfigReader::folder),
        settings.integer("agents.max", 1, 100_000),
        settings.integer("agents.inbox", 1, 1_000_000),
        settings.list(
            "agents.start",
            "a kind of agents",
            (text, origin) -> Optional.of(text).filter(KIND.asMatchPredicate())),
        swarms.stream().map(SwarmConfig::name).toList(),
        model());
  }

  private Optional<ModelConfig> model() {
    ServiceReader service = new ServiceReader(settings, MODEL);
    Optional<URI> url = service.url();
    Optional<String> name = service.name("name");
    Optional<String> secret = service.secret();
    Duration timeout =
        settings.duration(MODEL + ".timeout", Duration.ofMillis(100), Duration.ofMinutes(5));
    int calls = settings.integer(MODEL + ".calls", 1, 64);
    int tokens = settings.integer(MODEL + ".tokens", 16, 4096);
    if (url.isEmpty()) {
      OF_A_MODEL.forEach(this::requireEmpty);
      return Optional.empty();
    }
    if (url.get().getQuery() != null || url.get().getFragment() != null) {
      throw settings.wrong(
          MODEL + ".url", "a URL without a query, below which is /chat/completions");
    }
    if (secret.isPresent() && !VISIBLE.matcher(secret.get()).matches()) {
      throw settings.wrong(MODEL + ".secret", "a key of visible ASCII characters");
    }
    String called =
        name.orElseThrow(() -> settings.wrong(MODEL + ".name", "the model's name at that URL"));
    return Optional.of(new ModelConfig(url.get(), called, secret, timeout, calls, tokens));
  }

  private void requireEmpty(String name) {
    String key = MODEL + "." + name;
    if (!settings.isEmpty(key)) {
      throw settings.wrong(key, "nothing unless agents.model.url is set");
    }
  }

  private static Optional<Path> folder(String text) {
    try {
      return Optional.of(Path.of(text).toAbsolutePath().normalize()).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  TasksConfig tasks() {
    return new TasksConfig(
        settings.integer("tasks.max", 1, 1_000_000),
        settings.bytes("tasks.memory", "1MiB", "16GiB"),
        settings.duration("tasks.keep", Duration.ofSeconds(1), WEEK),
        settings.duration("tasks.timeout", Duration.ofSeconds(1), WEEK),
        settings.integer("tasks.attempts", 1, 100));
  }
}
