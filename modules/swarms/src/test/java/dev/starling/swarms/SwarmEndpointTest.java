/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SwarmEndpointTest {
  private static final Path HERE = Path.of(".");

  @Test
  void shouldSayWhatIsWrongWithAnEndpoint() {
    refuses("the command is empty", () -> new SwarmEndpoint.Stdio(" ", List.of(), HERE, Map.of()));
    refuses(
        "is no name of a variable",
        () -> new SwarmEndpoint.Stdio("x", List.of(), HERE, Map.of("A B", "1")));
    refuses("an argument has", () -> new SwarmEndpoint.Stdio("x", List.of("\0"), HERE, Map.of()));
    refuses("begin with http://", () -> http("ftp://host/mcp", Map.of()));
    refuses("begin with http://", () -> http("mcp", Map.of()));
    refuses("names no host", () -> http("http:///mcp", Map.of()));
    refuses("Authorization", () -> http("http://me:secret@host/mcp", Map.of()));
    refuses("fragment", () -> http("http://host/mcp#x", Map.of()));
    refuses("is no name of a header", () -> http("http://host/mcp", Map.of("a b", "c")));
    refuses("line break", () -> http("http://host/mcp", Map.of("a", "b\r\nc: d")));
    refuses("the host is empty", () -> new SwarmEndpoint.Tcp("", 1));
    refuses("0 is no port", () -> new SwarmEndpoint.Tcp("host", 0));
    refuses("65536 is no port", () -> new SwarmEndpoint.Tcp("host", 65_536));
  }

  @Test
  void shouldDescribeItselfWithoutWhatMayBeSecret() {
    SwarmEndpoint stdio =
        new SwarmEndpoint.Stdio("node", List.of("--key=s3cret"), HERE, Map.of("KEY", "s3cret"));
    SwarmEndpoint http = http("http://host:1/mcp?key=s3cret", Map.of("Authorization", "s3cret"));
    assertThat(stdio.describe()).isEqualTo("the program node");
    assertThat(http.describe()).isEqualTo("http://host:1/mcp");
    assertThat(stdio + " " + http).doesNotContain("s3cret");
    assertThat(new SwarmEndpoint.Tcp("host", 9_500).describe()).isEqualTo("host:9500");
  }

  private static SwarmEndpoint http(String url, Map<String, String> headers) {
    return new SwarmEndpoint.StreamableHttp(URI.create(url), headers);
  }

  private static void refuses(String why, ThrowingCallable what) {
    assertThatIllegalArgumentException().isThrownBy(what).withMessageContaining(why);
  }
}
