/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starling graph}: the graph of a mesh as a file. */
@Command(
    name = "graph",
    description = "Bring a file into the graph of a mesh, or the graph into a file.",
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%n")
final class GraphCommand extends BaseCommand {
  private static final String FORMATS = "json, graphml, gexf, csv or dot. Default: by its suffix.";

  /** A large graph takes its time. */
  private static final Duration LONG = Duration.ofMinutes(10);

  @Override
  public Integer call() {
    commandLine().usage(err());
    return Main.USAGE;
  }

  /** {@code starling graph import}: all of the file, or nothing. */
  @Command(
      name = "import",
      description = {
        "Bring a file into the graph: all of it, or nothing where a line of it is wrong.",
        "Agents are the mesh's: a file neither makes nor removes one."
      },
      abbreviateSynopsis = true,
      descriptionHeading = "%n",
      parameterListHeading = "%n",
      optionListHeading = "%n",
      sortOptions = false)
  static final class Import extends BaseCommand {
    @Parameters(paramLabel = "FILE", description = "The file, in UTF-8.")
    private @Nullable Path file;

    @Option(names = "--format", paramLabel = "FORMAT", description = FORMATS)
    private @Nullable String format;

    @Option(
        names = "--mode",
        paramLabel = "MODE",
        description = {
          "merge: add what the file has, and change what is there already. Default.",
          "replace: afterwards the knowledge in the graph is what the file says."
        })
    private String mode = "merge";

    @Mixin private final NodeOptions node = new NodeOptions();

    @Override
    public Integer call() throws InterruptedException {
      Path from = required(file);
      if (!Files.isReadable(from) || Files.isDirectory(from)) {
        throw new ConfigException("the file " + from + " cannot be read");
      }
      String path = "api/graph/import?mode=" + encoded(mode) + '&' + kind(format, from);
      HttpRequest.Builder request = node.request(path).timeout(LONG);
      return node.run(
          err(),
          client -> {
            HttpRequest post =
                request
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofFile(from))
                    .build();
            HttpResponse<String> answer = client.send(post, BodyHandlers.ofString());
            return answer.statusCode() == 200
                ? told(post, answer.body())
                : refused(this, node, post, answer.statusCode(), answer.body(), "graph");
          });
    }

    private int told(HttpRequest request, String body) {
      try {
        JsonObject result = new JsonObject(body);
        Main.print(
            out(),
            "added %s, changed %s, removed %s, ignored %s; left out %d loops and %d repeated edges"
                .formatted(
                    count(result, "added"),
                    count(result, "changed"),
                    count(result, "removed"),
                    count(result, "ignored"),
                    result.getLong("loops"),
                    result.getLong("repeats")));
        return 0;
      } catch (DecodeException | ClassCastException | NullPointerException e) {
        return stranger(this, request);
      }
    }

    private static String count(JsonObject result, String name) {
      JsonObject count = result.getJsonObject(name);
      return count.getLong("nodes") + " nodes and " + count.getLong("edges") + " edges";
    }
  }

  /** {@code starling graph export}: the whole graph of one moment. */
  @Command(
      name = "export",
      description = {
        "Write the graph of this moment into a file.",
        "An existing file is replaced once all of the new one is there."
      },
      abbreviateSynopsis = true,
      descriptionHeading = "%n",
      parameterListHeading = "%n",
      optionListHeading = "%n",
      sortOptions = false)
  static final class Export extends BaseCommand {
    @Parameters(paramLabel = "FILE", description = "The file; it will be in UTF-8.")
    private @Nullable Path file;

    @Option(names = "--format", paramLabel = "FORMAT", description = FORMATS)
    private @Nullable String format;

    @Mixin private final NodeOptions node = new NodeOptions();

    @Override
    public Integer call() throws InterruptedException {
      Path to = required(file).toAbsolutePath();
      HttpRequest request =
          node.request("api/graph/export?" + kind(format, to)).timeout(LONG).build();
      return node.run(err(), client -> fetch(client, request, to));
    }

    private int fetch(HttpClient client, HttpRequest request, Path to)
        throws IOException, InterruptedException {
      HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
          return refused(this, node, request, answer.statusCode(), text, "observe");
        }
        Path partial = partial(to);
        try {
          long bytes = copy(body, partial);
          Files.move(partial, to, StandardCopyOption.REPLACE_EXISTING);
          Main.print(out(), "wrote %d bytes to %s".formatted(bytes, to));
          return 0;
        } finally {
          Files.deleteIfExists(partial);
        }
      }
    }

    /** The status was told already: what comes now is no matter of how to connect. */
    private static long copy(InputStream body, Path to) throws IOException {
      try (OutputStream file = Files.newOutputStream(to)) {
        byte[] part = new byte[1 << 16];
        long bytes = 0;
        for (int read = read(body, part, bytes); read >= 0; read = read(body, part, bytes)) {
          file.write(part, 0, read);
          bytes += read;
        }
        return bytes;
      }
    }

    private static int read(InputStream body, byte[] part, long bytes) {
      try {
        return body.read(part);
      } catch (IOException e) {
        throw new ConfigException(
            "the document broke off after " + bytes + " bytes; nothing was written, try again");
      }
    }

    private static Path partial(Path to) {
      try {
        return Files.createTempFile(to.getParent(), ".starling-graph-", ".part");
      } catch (IOException e) {
        throw new ConfigException("the file " + to + " cannot be written: " + Main.text(e));
      }
    }
  }

  private static Path required(@Nullable Path file) {
    if (file == null) {
      throw new ConfigException("there is no FILE");
    }
    return file;
  }

  /** In which format the file is, as the node is told. */
  private static String kind(@Nullable String format, Path file) {
    return format == null
        ? "name=" + encoded(String.valueOf(file.getFileName()))
        : "format=" + encoded(format);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static int refused(
      BaseCommand command,
      NodeOptions node,
      HttpRequest request,
      int status,
      String body,
      String permission) {
    if (status == 401 || status == 403) {
      String denied = node.denied(request.uri(), status, body, permission);
      return Main.fail(command.err(), denied, Main.USAGE);
    }
    try {
      String message = new JsonObject(body).getJsonObject("error").getString("message");
      return Main.fail(command.err(), message, status == 400 ? Main.USAGE : Main.FAILED);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      return stranger(command, request);
    }
  }

  private static int stranger(BaseCommand command, HttpRequest request) {
    return Main.fail(
        command.err(), request.uri() + " did not answer like a node of Starling", Main.FAILED);
  }
}
