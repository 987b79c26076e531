/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.starling.agents.swarm.SwarmConfig;
import dev.starling.protocol.Nearest;
import dev.starling.swarms.SwarmEndpoint;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file of MCP servers, which has the form that hosts of language models know: an object
 * {@code mcpServers} of servers by name, each a command or a URL. A server behind a plain TCP
 * socket, and what is of the mesh, are additions to that form. What can be told of the file is told
 * with the place in it, but never a value that may be secret.
 */
final class SwarmsConfigReader {
  private static final String KEY = "swarms.file";
  private static final String SERVERS = "mcpServers";

  /** Also a folder's name; one of dots alone would lead out of where it should lie. */
  private static final Pattern NAME = Pattern.compile("(?!\\.+$)[A-Za-z0-9._-]{1,64}");

  private static final Pattern KIND = Pattern.compile("\\S{1,64}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_SERVERS = 100;
  private static final int MOST_TASKS = 1_000;
  private static final List<String> TYPES =
      List.of("stdio", "http", "streamable-http", "streamableHttp", "tcp");
  private static final Set<String> OF_COMMAND = Set.of("command", "args", "env", "cwd");
  private static final Set<String> OF_URL = Set.of("url", "headers");
  private static final Set<String> OF_TCP = Set.of("host", "port");
  private static final Set<String> WAYS = Set.of("command", "url", "port");
  private static final Set<String> OF_ALL = Set.of("type", "kinds", "tasks", "disabled");

  private final Settings settings;
  private final Optional<Path> data;
  private final Map<String, String> environment;

  SwarmsConfigReader(Settings settings, Optional<Path> data) {
    this(settings, data, System.getenv());
  }

  /**
   * A reader.
   *
   * @param data where servers keep their state whose folder the file does not say; empty for a
   *     folder of this process among the system's temporary ones
   * @param environment what {@code ${NAME}} in a variable or a header stands for
   */
  SwarmsConfigReader(Settings settings, Optional<Path> data, Map<String, String> environment) {
    this.settings = settings;
    this.data = data;
    this.environment = environment;
  }

  /** The servers of the file; none where no file is named. */
  List<SwarmConfig> read() {
    Optional<String> text =
        settings.optional(KEY, "a file of MCP servers that can be read", SwarmsConfigReader::text);
    return text.map(this::servers).orElse(List.of());
  }

  private static Optional<String> text(String file) {
    try {
      Path path = Path.of(file);
      return Files.isRegularFile(path) && Files.size(path) <= MOST_BYTES
          ? Optional.of(Files.readString(path))
          : Optional.empty();
    } catch (InvalidPathException | IOException e) {
      return Optional.empty();
    }
  }

  private List<SwarmConfig> servers(String text) {
    requireJson(text);
    Object servers;
    try {
      servers = new JsonObject(text).getValue(SERVERS);
    } catch (DecodeException e) {
      throw settings.wrong(KEY, "a file that holds a JSON object");
    }
    if (!(servers instanceof JsonObject all) || all.size() > MOST_SERVERS) {
      throw settings.wrong(
          KEY, "a file with an object " + SERVERS + " of up to " + MOST_SERVERS + " servers");
    }
    List<SwarmConfig> swarms = new ArrayList<>();
    for (String name : all.fieldNames()) {
      if (!NAME.matcher(name).matches()) {
        throw wrong(
            SERVERS,
            "names of up to 64 letters, digits, dashes, underscores and dots, not of dots alone");
      }
      Entry entry = new Entry(name, all.getValue(name));
      if (!entry.flag("disabled")) {
        swarms.add(entry.read());
      }
    }
    return swarms;
  }

  /** What is wrong is told by its place: what stands there may be secret. */
  private void requireJson(String text) {
    try (JsonParser parser = STRICT.createParser(text)) {
      while (parser.nextToken() != null) {
        // Whether there is an error is all that matters.
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      boolean isTwice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate ");
      String expected = isTwice ? "a file with no name twice" : "a file that holds a JSON object";
      throw settings.wrong(
          KEY,
          "%s (wrong at line %d, column %d)".formatted(expected, at.getLineNr(), at.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A node that keeps nothing has no server keep anything either. */
  private static Path passing() {
    String run = "starling-" + ProcessHandle.current().pid();
    return Path.of(System.getProperty("java.io.tmpdir"), run);
  }

  private ConfigException wrong(String place, String expected) {
    return settings.wrong(KEY, "a file in which " + place + " is " + expected);
  }

  /** One server of the file. */
  private final class Entry {
    private final String name;
    private final JsonObject fields;

    Entry(String name, @Nullable Object value) {
      this.name = name;
      if (!(value instanceof JsonObject object)) {
        throw wrong(place(""), "an object");
      }
      this.fields = object;
    }

    private String place(String field) {
      return SERVERS + "." + name + (field.isEmpty() ? "" : "." + field);
    }

    SwarmConfig read() {
      requireType();
      SwarmEndpoint endpoint;
      try {
        endpoint = endpoint();
      } catch (IllegalArgumentException e) {
        throw wrong(place(""), "right: " + e.getMessage());
      }
      return new SwarmConfig(name, endpoint, kinds(), tasks());
    }

    /** What it is shows in its fields; only what is not spoken here must not be asked for. */
    private void requireType() {
      Object type = fields.getValue("type");
      if (type != null && !(type instanceof String word && TYPES.contains(word))) {
        throw wrong(place("type"), "one of " + String.join(", ", TYPES));
      }
    }

    private Optional<Integer> tasks() {
      return fields.containsKey("tasks")
          ? Optional.of(number("tasks", 0, MOST_TASKS, 0))
          : Optional.empty();
    }

    private SwarmEndpoint endpoint() {
      if (fields.containsKey("command")) {
        requireOnly(OF_COMMAND);
        return new SwarmEndpoint.Stdio(text("command"), texts("args"), folder(), values("env"));
      }
      if (fields.containsKey("url")) {
        requireOnly(OF_URL);
        return new SwarmEndpoint.StreamableHttp(url(), values("headers"));
      }
      if (fields.containsKey("port")) {
        requireOnly(OF_TCP);
        return new SwarmEndpoint.Tcp(
            fields.containsKey("host") ? text("host") : "127.0.0.1", number("port", 1, 65_535, 0));
      }
      throw wrong(place(""), "an object with a command, a url or a port");
    }

    /** What is wrong with a URL is not told with the URL, of which a part may be secret. */
    private URI url() {
      try {
        return new URI(text("url"));
      } catch (URISyntaxException e) {
        throw wrong(place("url"), "a URL");
      }
    }

    private void requireOnly(Set<String> known) {
      for (String field : fields.fieldNames()) {
        if (WAYS.contains(field) && !known.contains(field)) {
          throw wrong(place(""), "one of a command, a url and a port, and not two of them");
        }
        if (!known.contains(field) && !OF_ALL.contains(field)) {
          throw wrong(place(""), "without " + field + ", " + guess(field, known));
        }
      }
    }

    private static String guess(String field, Set<String> known) {
      Set<String> all = new TreeSet<>(known);
      all.addAll(OF_ALL);
      return Nearest.within(field, all)
          .map(near -> "did you mean " + near + "?")
          .orElse("which nothing here reads");
    }

    private Path folder() {
      if (fields.containsKey("cwd")) {
        try {
          return Path.of(text("cwd")).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
          throw wrong(place("cwd"), "a folder");
        }
      }
      return data.orElseGet(SwarmsConfigReader::passing).resolve("swarms").resolve(name);
    }

    private List<String> kinds() {
      List<String> kinds = texts("kinds");
      if (!kinds.stream().allMatch(KIND.asMatchPredicate())) {
        throw wrong(place("kinds"), "a list of words of up to 64 characters");
      }
      return kinds;
    }

    private boolean flag(String field) {
      Object value = fields.getValue(field);
      if (value != null && !(value instanceof Boolean)) {
        throw wrong(place(field), "true or false");
      }
      return Boolean.TRUE.equals(value);
    }

    private int number(String field, int least, int most, int usual) {
      Object value = fields.getValue(field, usual);
      if (!(value instanceof Integer number) || number < least || number > most) {
        throw wrong(place(field), "a whole number, %d to %d".formatted(least, most));
      }
      return number;
    }

    private String text(String field) {
      if (!(fields.getValue(field) instanceof String text) || text.isBlank()) {
        throw wrong(place(field), "a text");
      }
      return text;
    }

    private List<String> texts(String field) {
      Object value = fields.getValue(field, new JsonArray());
      if (!(value instanceof JsonArray items)
          || !items.stream().allMatch(String.class::isInstance)) {
        throw wrong(place(field), "a list of texts");
      }
      return items.stream().map(String.class::cast).toList();
    }

    /** Texts by name, in which {@code ${NAME}} stands for a variable of this node. */
    private Map<String, String> values(String field) {
      Object value = fields.getValue(field, new JsonObject());
      if (!(value instanceof JsonObject given)
          || !given.stream().allMatch(one -> one.getValue() instanceof String)) {
        throw wrong(place(field), "an object of texts");
      }
      Map<String, String> values = new LinkedHashMap<>();
      given.forEach(one ->
          values.put(one.getKey(), filled(place(field) + "." + one.getKey(), one.getValue())));
      return values;
    }

    private String filled(String place, Object text) {
      Matcher matcher = VARIABLE.matcher((String) text);
      StringBuilder filled = new StringBuilder();
      while (matcher.find()) {
        String variable = matcher.group(1);
        String value = environment.get(variable);
        if (value == null) {
          throw wrong(place, "without ${" + variable + "}, which this node's environment lacks");
        }
        matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
      }
      return matcher.appendTail(filled).toString();
    }
  }
}
