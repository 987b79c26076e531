/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.agents.swarm.SwarmConfig;
import dev.starling.swarms.SwarmEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of MCP servers: what it says, and where in it something is wrong. */
class SwarmsConfigReaderTest {
  private static final Path DATA = Path.of("/var/lib/starling");
  private static final Map<String, String> ENVIRONMENT = Map.of("KEY", "s3$cret", "EMPTY", "");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private List<SwarmConfig> readFile(String text, Optional<Path> data) {
    Path file = folder.resolve("swarms.json");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ConfigSources sources =
        new ConfigSources(List.of(), Map.of(), List.of("swarms.file=" + file), List.of());
    Settings settings = Layers.merge(Schema.builtIn(), sources);
    return new SwarmsConfigReader(settings, data, ENVIRONMENT).read();
  }

  private List<SwarmConfig> read(String servers) {
    return readFile("{\"mcpServers\": " + servers + "}", Optional.of(DATA));
  }

  private SwarmConfig server(String fields) {
    return read("{\"flow\": " + fields + "}").getFirst();
  }

  private String mistake(String text, Optional<Path> data) {
    ConfigException mistake =
        catchThrowableOfType(ConfigException.class, () -> readFile(text, data));
    assertThat(mistake).as(text).isNotNull();
    assertThat(mistake)
        .hasMessageStartingWith("swarms.file is " + folder.resolve("swarms.json"))
        .hasMessageNotContaining("s3$cret");
    return String.valueOf(mistake.getMessage());
  }

  @Test
  void shouldReadProgramsUrlsAndPortsAsHostsOfLanguageModelsNameThem() {
    List<SwarmConfig> all =
        read(
            """
            {"flow": {"type": "stdio", "command": "npx", "args": ["claude-flow", "mcp", "start"],
                      "env": {"LEVEL": "info"}, "cwd": "/srv/flow/../flow",
                      "kinds": ["researcher", "coder"], "tasks": 3},
             "tools": {"type": "http", "url": "https://tools.example/mcp?x=1",
                       "headers": {"X-Team": "a"}, "tasks": 0},
             "vision": {"host": "10.0.0.7", "port": 9500},
             "near": {"port": 9501, "disabled": false}}
            """);
    assertThat(all)
        .containsExactly(
            new SwarmConfig(
                "flow",
                new SwarmEndpoint.Stdio(
                    "npx",
                    List.of("claude-flow", "mcp", "start"),
                    Path.of("/srv/flow"),
                    Map.of("LEVEL", "info")),
                List.of("researcher", "coder"),
                Optional.of(3)),
            new SwarmConfig(
                "tools",
                new SwarmEndpoint.StreamableHttp(
                    URI.create("https://tools.example/mcp?x=1"), Map.of("X-Team", "a")),
                List.of(),
                Optional.of(0)),
            new SwarmConfig(
                "vision", new SwarmEndpoint.Tcp("10.0.0.7", 9_500), List.of(), Optional.empty()),
            new SwarmConfig(
                "near", new SwarmEndpoint.Tcp("127.0.0.1", 9_501), List.of(), Optional.empty()));
  }

  @Test
  void shouldKeepTheStateOfAProgramInTheNodesFolderUnlessToldWhere() {
    assertThat(server("{\"command\": \"flow\"}").endpoint())
        .isEqualTo(
            new SwarmEndpoint.Stdio("flow", List.of(), DATA.resolve("swarms/flow"), Map.of()));
    String text = "{\"mcpServers\": {\"flow\": {\"command\": \"flow\"}}}";
    assertThat(readFile(text, Optional.empty()).getFirst().endpoint())
        .isInstanceOfSatisfying(
            SwarmEndpoint.Stdio.class,
            program ->
                assertThat(program.folder().toString())
                    .startsWith(System.getProperty("java.io.tmpdir"))
                    .endsWith("/swarms/flow"));
  }

  @Test
  void shouldFillInVariablesOfTheNodesEnvironmentAndNeverShowThem() {
    SwarmConfig program =
        server(
            """
            {"command": "flow", "env": {"A": "${KEY}", "B": "<${KEY}${EMPTY}>", "C": "$KEY ${}"}}
            """);
    assertThat(program.endpoint())
        .isInstanceOfSatisfying(
            SwarmEndpoint.Stdio.class,
            stdio ->
                assertThat(stdio.environment())
                    .isEqualTo(Map.of("A", "s3$cret", "B", "<s3$cret>", "C", "$KEY ${}")));
    SwarmConfig service =
        server(
            """
            {"url": "http://tools/mcp", "headers": {"Authorization": "Bearer ${KEY}"}}
            """);
    assertThat(service.endpoint())
        .isInstanceOfSatisfying(
            SwarmEndpoint.StreamableHttp.class,
            http -> assertThat(http.headers()).containsEntry("Authorization", "Bearer s3$cret"));
    assertThat(program + " " + service).doesNotContain("s3$cret");
  }

  @Test
  void shouldLeaveOutWhatIsDisabledWhateverElseItSays() {
    assertThat(read("{\"flow\": {\"disabled\": true}, \"tools\": {\"port\": 1}}"))
        .extracting(SwarmConfig::name)
        .containsExactly("tools");
    assertThat(read("{}")).isEmpty();
  }

  @Test
  void shouldReadNothingWhereNoFileIsNamed() {
    ConfigSources sources = new ConfigSources(List.of(), Map.of(), List.of(), List.of());
    assertThat(Configuration.load(sources).node().swarms()).isEmpty();
    assertThat(Configuration.load(sources).node().agents().swarms()).isEmpty();
  }

  @Test
  void shouldTellTheNodesHostOfAgentsTheNames() throws IOException {
    Path file =
        Files.writeString(folder.resolve("own.json"), "{\"mcpServers\": {\"a\": {\"port\": 1}}}");
    ConfigSources sources =
        new ConfigSources(List.of(), Map.of(), List.of("swarms.file=" + file), List.of());
    NodeConfig config = Configuration.load(sources).node();
    assertThat(config.agents().swarms()).containsExactly("a");
    assertThat(config.swarms())
        .containsExactly(
            new SwarmConfig(
                "a", new SwarmEndpoint.Tcp("127.0.0.1", 1), List.of(), Optional.empty()));
  }

  @Test
  void shouldRefuseAFileThatCannotBeRead() {
    for (String file : List.of(folder.toString(), folder.resolve("none.json").toString())) {
      ConfigSources sources =
          new ConfigSources(List.of(), Map.of(), List.of("swarms.file=" + file), List.of());
      assertThat(catchThrowableOfType(ConfigException.class, () -> Configuration.load(sources)))
          .hasMessageContaining("expected a file of MCP servers that can be read");
    }
    assertThat(
            catchThrowableOfType(
                ConfigException.class,
                () -> readFile(" ".repeat((1 << 20) + 1), Optional.of(DATA))))
        .hasMessageContaining("expected a file of MCP servers that can be read");
  }

  @Test
  void shouldRefuseAFileThatHoldsNoServers() {
    for (String text : List.of("", "[]")) {
      assertThat(mistake(text, Optional.of(DATA)))
          .endsWith("expected a file that holds a JSON object");
    }
    assertThat(mistake("mcpServers:", Optional.of(DATA)))
        .endsWith("expected a file that holds a JSON object (wrong at line 1, column 1)");
    assertThat(mistake("{\"mcpServers\":\n {\"a\": \"s3$cret\",}}", Optional.of(DATA)))
        .endsWith("expected a file that holds a JSON object (wrong at line 2, column 18)")
        .doesNotContain("s3$cret");
    assertThat(mistake("{\"mcpServers\": {\"a\": {}, \"a\": {}}}", Optional.of(DATA)))
        .contains("expected a file with no name twice (wrong at line 1, column ");
    String many =
        IntStream.range(0, 101)
            .mapToObj(i -> "\"s" + i + "\": {\"port\": 1}")
            .collect(Collectors.joining(",", "{", "}"));
    for (String servers : List.of("[]", "null", many)) {
      assertThat(mistake("{\"mcpServers\": " + servers + "}", Optional.of(DATA)))
          .endsWith("expected a file with an object mcpServers of up to 100 servers");
    }
    assertThat(mistake("{}", Optional.of(DATA))).contains("an object mcpServers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          7                                        | mcpServers.flow is an object
          {}                                       | mcpServers.flow is an object with a command, a url or a port
          {"host":"h"}                             | mcpServers.flow is an object with a command, a url or a port
          {"command":""}                           | mcpServers.flow.command is a text
          {"command":["s3$cret"]}                  | mcpServers.flow.command is a text
          {"command":"c","args":"s3$cret"}         | mcpServers.flow.args is a list of texts
          {"command":"c","args":["a",1]}           | mcpServers.flow.args is a list of texts
          {"command":"c","args":["s3$cret\\u0000"]} | mcpServers.flow is right: an argument has a NUL in it
          {"command":"c","env":["s3$cret"]}        | mcpServers.flow.env is an object of texts
          {"command":"c","env":{"A":1}}            | mcpServers.flow.env is an object of texts
          {"command":"c","env":{"A B":"s3$cret"}}  | mcpServers.flow is right: "A B" is no name of a variable
          {"command":"c","env":{"A":"${NONE}"}}    | mcpServers.flow.env.A is without ${NONE}, which this node's environment lacks
          {"command":"c","cwd":7}                  | mcpServers.flow.cwd is a text
          {"command":"c","url":"http://h/mcp"}     | mcpServers.flow is one of a command, a url and a port, and not two of them
          {"command":"c","comand":"s3$cret"}       | mcpServers.flow is without comand, did you mean command?
          {"command":"c","arg":["s3$cret"]}        | mcpServers.flow is without arg, did you mean args?
          {"command":"c","elephant":"s3$cret"}     | mcpServers.flow is without elephant, which nothing here reads
          {"url":7}                                | mcpServers.flow.url is a text
          {"url":"http://h/ s3$cret"}              | mcpServers.flow.url is a URL
          {"url":"h/mcp?key=s3$cret"}              | mcpServers.flow is right: the URL does not begin with http:// or https://
          {"url":"http:///mcp?key=s3$cret"}        | mcpServers.flow is right: the URL names no host
          {"url":"http://me:s3$cret@h/mcp"}        | mcpServers.flow is right: a password belongs in the header Authorization, not in a URL
          {"url":"http://h/mcp","headers":{"A":[]}} | mcpServers.flow.headers is an object of texts
          {"url":"http://h/mcp","headers":{"A":"s3$cret\\n"}} | mcpServers.flow is right: the header A has a line break or another control character in it
          {"url":"http://h/mcp","headers":{"A":"${NO}"}} | mcpServers.flow.headers.A is without ${NO}, which this node's environment lacks
          {"port":0}                               | mcpServers.flow.port is a whole number, 1 to 65535
          {"port":"9500"}                          | mcpServers.flow.port is a whole number, 1 to 65535
          {"port":1,"host":""}                     | mcpServers.flow.host is a text
          {"port":1,"tasks":-1}                    | mcpServers.flow.tasks is a whole number, 0 to 1000
          {"port":1,"tasks":1001}                  | mcpServers.flow.tasks is a whole number, 0 to 1000
          {"port":1,"kinds":["a b"]}               | mcpServers.flow.kinds is a list of words of up to 64 characters
          {"port":1,"kinds":"researcher"}          | mcpServers.flow.kinds is a list of texts
          {"port":1,"disabled":"yes"}              | mcpServers.flow.disabled is true or false
          """)
  void shouldNameThePlaceOfWhatIsWrong(String fields, String expected) {
    String text = "{\"mcpServers\": {\"flow\": " + fields + "}}";
    assertThat(mistake(text, Optional.of(DATA))).endsWith("a file in which " + expected);
  }

  @Test
  void shouldRefuseNamesThatNoAddressOrFolderCouldHave() {
    for (String name : List.of("", "a b", "a/b", "é", ".", "..", "x".repeat(65))) {
      String text = "{\"mcpServers\": {\"" + name + "\": {\"port\": 1}}}";
      assertThat(mistake(text, Optional.of(DATA)))
          .contains("mcpServers is names of up to 64 letters");
    }
    assertThat(read("{\"A-z_0.9\": {\"port\": 1}, \".a\": {\"port\": 1}}")).hasSize(2);
  }
}
