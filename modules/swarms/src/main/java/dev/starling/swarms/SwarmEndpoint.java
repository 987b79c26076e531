/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a swarm's MCP server is, and how it is spoken to. Commands and addresses come from the
 * operator's configuration only, never from a client: whoever may name a command may run it.
 *
 * <p>{@link #describe} is for logs and clients: it leaves out what may be secret.
 */
public sealed interface SwarmEndpoint {
  /** Where this is, in words; without arguments, headers or variables, which may be secret. */
  String describe();

  /**
   * A program that this node starts, one JSON message in each line of its standard input and
   * output.
   *
   * @param command the program: a path, or a name to find in PATH
   * @param folder where it runs, and where such servers keep their state; made where it is missing.
   *     Each server needs its own
   * @param environment variables beside the few that it inherits (PATH, HOME, …): secrets of this
   *     node stay with it
   */
  record Stdio(String command, List<String> arguments, Path folder, Map<String, String> environment)
      implements SwarmEndpoint {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Refuses an empty command, a NUL anywhere, and names that no shell would take. */
    public Stdio {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
      require(!command.isBlank(), "the command is empty");
      require(!hasNul(command), "the command has a NUL in it");
      for (String argument : arguments) {
        require(!hasNul(argument), "an argument has a NUL in it");
      }
      environment.forEach((name, value) -> {
        require(VARIABLE.matcher(name).matches(), "\"" + name + "\" is no name of a variable");
        require(!hasNul(value), "the variable " + name + " has a NUL in it");
      });
    }

    @Override
    public String describe() {
      return "the program " + command;
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
      return describe();
    }

    private static boolean hasNul(String text) {
      return text.indexOf('\0') >= 0;
    }
  }

  /**
   * A server behind MCP's streamable HTTP.
   *
   * @param url the endpoint itself, such as {@code http://localhost:3001/mcp}
   * @param headers sent with every request, such as {@code Authorization}
   */
  record StreamableHttp(URI url, Map<String, String> headers) implements SwarmEndpoint {
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /**
     * Refuses what is no absolute http or https URL, and headers that would break a request; why is
     * told without the URL, of which a part may be secret.
     */
    public StreamableHttp {
      headers = Map.copyOf(headers);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      require(
          scheme.equals("http") || scheme.equals("https"),
          "the URL does not begin with http:// or https://");
      require(url.getHost() != null, "the URL names no host");
      require(
          url.getUserInfo() == null,
          "a password belongs in the header Authorization, not in a URL");
      require(url.getFragment() == null, "the URL has a fragment, which no server sees");
      headers.forEach((name, value) -> {
        require(HEADER.matcher(name).matches(), "\"" + name + "\" is no name of a header");
        require(
            value.chars().noneMatch(one -> (one < ' ' && one != '\t') || one == 0x7f),
            "the header " + name + " has a line break or another control character in it");
      });
    }

    private int port() {
      int said = url.getPort();
      return said >= 0 ? said : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    @Override
    public String describe() {
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
      return describe();
    }
  }

  /**
   * A server behind a plain TCP socket, one JSON message in each line.
   *
   * @param port 1 to 65535
   */
  record Tcp(String host, int port) implements SwarmEndpoint {
    /** Refuses an empty host and a port that there is not. */
    public Tcp {
      require(!host.isBlank(), "the host is empty");
      require(port >= 1 && port <= 65_535, port + " is no port: 1 to 65535");
    }

    @Override
    public String describe() {
      return host + ":" + port;
    }
  }

  /**
   * Whether somebody takes connections here; of a program that this node runs its end is known
   * anyway. Blocks, for {@code patience} at most.
   */
  default boolean isThere(Duration patience) {
    return switch (this) {
      case Stdio _ -> true;
      case StreamableHttp http -> listens(http.url().getHost(), http.port(), patience);
      case Tcp tcp -> listens(tcp.host(), tcp.port(), patience);
    };
  }

  private static boolean listens(String host, int port, Duration patience) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) patience.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
