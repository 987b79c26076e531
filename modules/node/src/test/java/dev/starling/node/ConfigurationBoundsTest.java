/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static dev.starling.node.ConfigurationTest.sets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused of a value, by itself and beside others. */
class ConfigurationBoundsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "node.name|a b|up to 64 letters, digits, dots, dashes or underscores",
        "node.data|/etc/passwd|a folder",
        "node.roles|,|at least one role",
        "node.drain-timeout|10s|a duration like 5s, 0ms to 9s",
        "node.drain-timeout|8|a duration like 5s, 0ms to 9s",
        "http.host|a b|a host name or an address",
        "http.port|-1|a whole number, 0 to 65535",
        "http.port|65536|a whole number, 0 to 65535",
        "http.port|many|a whole number, 0 to 65535",
        "http.port|08|a whole number without leading zeros",
        "cluster.port|05801|a whole number without leading zeros",
        "http.port|99999999999999|a whole number, 0 to 65535",
        "http.agent-port|65536|a whole number, 0 to 65535",
        "http.agent-port|3030|another port than http.port",
        "http.tls-key-file|/no/such/file|a PEM file that can be read",
        "http.allowed-hosts|mesh.example:80|a host name or an address without port",
        "http.allowed-origins|app.example|a page's origin like https://app.example, or *",
        "http.allowed-origins|https://app.example/|a page's origin like https://app.example, or *",
        "http.trusted-proxies|proxy|a proxy's address like 10.0.0.7 or a block like 10.0.0.0/8",
        "http.trusted-proxies|10.0.0.0/33|a proxy's address like 10.0.0.7 or a block like 10.0.0.0/8",
        "http.request-timeout|999ms|a duration like 5s, 1s to 10m",
        "http.event-loops|65|a whole number, 0 to 64",
        "cluster.port|0|empty, or 1 to 65535",
        "cluster.port|65536|empty, or 1 to 65535",
        "cluster.bus-port|65536|a whole number, 0 to 65535",
        "cluster.public-host|a b|a host name or an address",
        "cluster.join|127.0.0.1|host:port",
        "cluster.join|127.0.0.1:0|host:port with a port from 1 to 65535",
        "cluster.join|127.0.0.1:65536|host:port with a port from 1 to 65535",
        "cluster.join|::1:5801|brackets around an IPv6 address: [::1]:5801",
        "cluster.join|fe80::1:5801|brackets around an IPv6 address: [fe80::1]:5801",
        "cluster.name||up to 64 letters, digits, dots, dashes or underscores",
        "cluster.heartbeat-interval|999ms|a duration like 5s, 1s to 1m",
        "cluster.heartbeat-interval|2m|a duration like 5s, 1s to 1m",
        "cluster.heartbeat-timeout|1999ms|a duration like 5s, 2s to 10m",
        "cluster.heartbeat-timeout|11m|a duration like 5s, 2s to 10m",
        "cluster.merge-delay|999ms|a duration like 5s, 1s to 10m",
        "cluster.merge-delay|11m|a duration like 5s, 1s to 10m",
        "cluster.tls-key-file|/no/such/file|a PEM file that can be read",
        "swarms.file|/no/such/file|a file of MCP servers that can be read",
        "router.similarity-threshold|0|a number above 0, up to 1",
        "router.similarity-threshold|1.01|a number above 0, up to 1",
        "router.similarity-threshold|NaN|a number above 0, up to 1",
        "cluster.peer-queue|1023KiB|a size like 10MiB, 1MiB to 1GiB",
        "cluster.peer-queue|2GiB|a size like 10MiB, 1MiB to 1GiB",
        "router.max-agents|0|a whole number, 1 to 10000000",
        "router.max-agents|10000001|a whole number, 1 to 10000000",
        "router.max-backlog|0|a whole number, 1 to 1000000",
        "router.max-backlog|1000001|a whole number, 1 to 1000000",
        "router.dedupe-window|9999ms|a duration like 5s, 10s to 1h",
        "router.dedupe-window|61m|a duration like 5s, 10s to 1h",
        "router.dedupe-entries|0|a whole number, 1 to 10000000",
        "router.dedupe-entries|10000001|a whole number, 1 to 10000000",
        "physics.max-nodes|0|a whole number, 1 to 1000000",
        "physics.max-nodes|1000001|a whole number, 1 to 1000000",
        "physics.max-edges|0|a whole number, 1 to 10000000",
        "physics.max-edges|10000001|a whole number, 1 to 10000000",
        "physics.max-sources|0|a whole number, 1 to 1000",
        "physics.max-sources|1001|a whole number, 1 to 1000",
        "physics.rate|0|a whole number, 1 to 60",
        "physics.rate|61|a whole number, 1 to 60",
        "physics.threads|-1|a whole number, 0 to 64",
        "physics.threads|65|a whole number, 0 to 64",
        "physics.seed|-1|a whole number, 0 to 2147483647",
        "router.max-hops|0|a whole number, 1 to 1000",
        "router.max-hops|1001|a whole number, 1 to 1000",
        "router.recent-outcomes|0|a whole number, 1 to 100000",
        "router.recent-outcomes|100001|a whole number, 1 to 100000",
        "router.kernels|gpu|auto, simd or scalar",
        "limits.max-message|1023B|empty, or a size like 10MiB, 1KiB to 1GiB",
        "limits.max-message|2GiB|empty, or a size like 10MiB, 1KiB to 1GiB",
        "limits.max-message|10485760|empty, or a size like 10MiB, 1KiB to 1GiB",
        "limits.max-message|10MB|empty, or a size like 10MiB, 1KiB to 1GiB",
        "limits.max-pending|0|empty, or 1 to 65536",
        "limits.max-pending|65537|empty, or 1 to 65536",
        "limits.outcome-queue|15KiB|empty, or a size like 10MiB, 16KiB to 1GiB",
        "limits.outcome-queue|2GiB|empty, or a size like 10MiB, 16KiB to 1GiB",
        "limits.control-queue|15KiB|empty, or a size like 10MiB, 16KiB to 1GiB",
        "limits.control-queue|2GiB|empty, or a size like 10MiB, 16KiB to 1GiB",
        "limits.malformed-per-minute|0|empty, or 1 to 100000",
        "limits.malformed-per-minute|100001|empty, or 1 to 100000",
        "limits.messages-per-minute|0|empty, or 1 to 10000000",
        "limits.web.messages-per-minute|10000001|empty, or 1 to 10000000",
        "limits.agent.max-message|1B|empty, or a size like 10MiB, 1KiB to 1GiB",
        "limits.subscriptions|11|empty, or 1 to 10",
        "limits.unauthenticated|99ms|empty, or a duration like 5s, 100ms to 5m",
        "limits.web.unauthenticated|301s|empty, or a duration like 5s, 100ms to 5m",
        "limits.connections-per-address|0|empty, or 1 to 100000",
        "limits.web.connections-per-address|100001|empty, or 1 to 100000",
        "limits.agent.connections-per-address|many|empty, or 1 to 100000",
        "limits.web.requests-per-minute|0|a whole number, 1 to 1000000",
        "heartbeat.interval|999ms|a duration like 5s, 1s to 10m",
        "heartbeat.interval|11m|a duration like 5s, 1s to 10m",
        "heartbeat.timeout|1s|a duration like 5s, 2s to 1h",
        "heartbeat.timeout|61m|a duration like 5s, 2s to 1h",
        "heartbeat.timeout|25s|more than heartbeat.interval, which is 25s (default)",
        "auth.required|yes|true or false",
        "auth.anonymous|nobody|loopback, refuse or allow",
        "auth.public-key-file|/no/such/file|a PEM file that can be read",
        "auth.jwks-file|/no/such/file|a JSON file that can be read",
        "auth.leeway|6m|a duration like 5s, 0ms to 5m",
        "auth.default-permissions|fly|any of observe, emit, graph, settings, agents, voice,"
            + " analytics, admin",
        "embedder.kind|magic|sentence, http or lexical",
        "embedder.threshold|0|empty, or above 0, up to 1",
        "embedder.threads|65|a whole number, 1 to 64",
        "embedder.cache|2GiB|a size like 10MiB, 0B to 1GiB",
        "embedder.max-backlog|0|a whole number, 1 to 1000000",
        "embedder.url|file:///etc/passwd|a URL that begins with http:// or https://",
        "embedder.url|http://localhost/|nothing unless embedder.kind is http",
        "embedder.model|m|nothing unless embedder.kind is http",
        "embedder.dimension|4097|empty, or 1 to 4096",
        "embedder.secret-file|/no/such/file|a file that can be read, of one line of up to 4096"
            + " characters",
        "embedder.timeout|61s|a duration like 5s, 100ms to 1m",
        "agents.dir|/no/such/folder|a folder that is there",
        "agents.max|0|a whole number, 1 to 100000",
        "agents.inbox|0|a whole number, 1 to 1000000",
        "agents.model.url|ftp://localhost/|a URL that begins with http:// or https://",
        "agents.model.url|http://localhost/v1?key=1|a URL without a query, below which is"
            + " /chat/completions",
        "agents.model.name|m|nothing unless agents.model.url is set",
        "agents.model.timeout|6m|a duration like 5s, 100ms to 5m",
        "agents.model.calls|65|a whole number, 1 to 64",
        "agents.model.tokens|15|a whole number, 16 to 4096",
        "tasks.max|0|a whole number, 1 to 1000000",
        "tasks.memory|1KiB|a size like 10MiB, 1MiB to 16GiB",
        "tasks.keep|0ms|a duration like 5s, 1s to 168h",
        "tasks.timeout|169h|a duration like 5s, 1s to 168h",
        "tasks.attempts|101|a whole number, 1 to 100",
        "log.level|loud|trace, debug, info, warn or error",
        "log.format|xml|text or json"
      })
  void shouldRefuseWhatIsOutOfBounds(String key, String value, String expected) {
    String given = value == null ? "" : value;
    assertThatThrownBy(() -> sets(key + "=" + given))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(key + " is ")
        .hasMessageContaining("(--set " + key + ")")
        .hasMessageEndingWith("expected " + expected);
  }

  @Test
  void shouldRefuseAThresholdOfASpaceThatIsOutOfBounds() {
    assertThatThrownBy(() -> sets("router.space-thresholds.docs=2"))
        .hasMessage(
            "router.space-thresholds.docs is 2 (--set router.space-thresholds.docs),"
                + " expected a number above 0, up to 1");
  }

  @Test
  void shouldBindBeyondLoopbackOnlyKnowingly() {
    assertThatThrownBy(() -> sets("http.host=0.0.0.0"))
        .hasMessageStartingWith("http.host is 0.0.0.0 ")
        .hasMessageContaining("scripts/starling keys new makes a key")
        .hasMessageEndingWith("with --set auth.anonymous=allow");
    String secret = "auth.secret=0123456789abcdef0123456789abcdef";
    assertThat(sets("http.host=0.0.0.0", secret).gateway().auth().isTokenRequired()).isTrue();
    assertThat(sets("http.host=localhost", secret).gateway().auth().isTokenRequired()).isFalse();
    assertThat(sets("http.host=0.0.0.0", "auth.anonymous=allow").gateway().host())
        .isEqualTo("0.0.0.0");
    assertThat(sets("http.host=::1").gateway().host()).isEqualTo("::1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.trusted-proxies|127.0.0.1|no proxy: ",
        "http.trusted-proxies|10.0.0.0/8|no proxy: ",
        "http.allowed-hosts|mesh.example|nothing but localhost and loopback addresses: ",
        "http.allowed-hosts|localhost,10.0.0.7|nothing but localhost and loopback addresses: "
      })
  void shouldNeedTokensWhereAProxyOrANameBringsPeopleToLoopback(
      String key, String value, String expected) {
    String exposing = key + "=" + value;
    assertThatThrownBy(() -> sets(exposing))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(key + " is [")
        .hasMessageContaining("expected " + expected)
        .hasMessageContaining("scripts/starling keys new makes a key")
        .hasMessageEndingWith("with --set auth.anonymous=allow");
    String secret = "auth.secret=0123456789abcdef0123456789abcdef";
    assertThat(sets(exposing, secret).gateway().auth().isTokenRequired()).isTrue();
    String knowingly = "auth.anonymous=allow";
    assertThat(sets(exposing, knowingly).gateway().auth().isTokenRequired()).isFalse();
    assertThat(sets(exposing, secret, knowingly).gateway().auth().isTokenRequired()).isFalse();
  }

  @Test
  void shouldAskNobodyForATokenWhereOnlyThisMachineIsNamed() {
    String names = "http.allowed-hosts=localhost,LOCALHOST.,127.0.0.2,[::1]";
    assertThat(sets(names).gateway().auth().isTokenRequired()).isFalse();
  }

  @Test
  void shouldGiveEachGroupOfEndpointsItsOwnLimitOrThatOfBoth() {
    String web = "limits.web.connections-per-address=3";
    String both = "limits.connections-per-address=7";
    assertThat(sets(web).gateway().web().connectionsPerAddress()).isEqualTo(3);
    assertThat(sets(web).gateway().agent().connectionsPerAddress()).isEqualTo(1000);
    assertThat(sets(both).gateway().web().connectionsPerAddress()).isEqualTo(7);
    assertThat(sets(both, web).gateway().web().connectionsPerAddress()).isEqualTo(3);
    assertThat(sets(both, web).gateway().agent().connectionsPerAddress()).isEqualTo(7);
    assertThat(sets("limits.max-message=1KiB").gateway().agent().maxMessage()).isEqualTo(1024);
  }

  @Test
  void shouldNeedBothFilesOfTheServersTls() {
    assertThatThrownBy(() -> sets("http.tls-key-file=/etc/hostname"))
        .hasMessageStartingWith("http.tls-certificate-file is ")
        .hasMessageContaining("both");
  }

  @Test
  void shouldNotRequireTokensThatNobodyCanVerify() {
    assertThatThrownBy(() -> sets("auth.required=true"))
        .hasMessageStartingWith("auth.required is true (--set auth.required), expected false")
        .hasMessageContaining("scripts/starling keys new makes a key");
    assertThatThrownBy(() -> sets("auth.anonymous=refuse"))
        .hasMessageStartingWith("auth.anonymous is refuse ")
        .hasMessageContaining("scripts/starling keys new makes a key");
    String secret = "auth.secret=0123456789abcdef0123456789abcdef";
    assertThat(sets("auth.required=true", secret).gateway().auth().isTokenRequired()).isTrue();
    assertThat(sets("auth.anonymous=refuse", secret).gateway().auth().isTokenRequired()).isTrue();
    assertThatThrownBy(() -> sets("auth.required=true", "auth.anonymous=allow", secret))
        .hasMessageStartingWith("auth.anonymous is allow ")
        .hasMessageContaining("auth.required is true");
  }

  @Test
  void shouldSayWhichKeyFileCannotBeUsed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("some.pem"), "x");
    assertThatThrownBy(() -> sets("auth.public-key-file=" + file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "auth.public-key-file "
                + file
                + ": holds no PEM, expected one block of PEM with the line BEGIN PUBLIC KEY");
    assertThatThrownBy(() -> sets("auth.jwks-file=" + file))
        .isInstanceOf(ConfigException.class)
        .hasMessage("auth.jwks-file " + file + ": is no JSON object");
    assertThat(sets("auth.public-key-file=" + TestKeys.publicKey(folder)).gateway().auth().hasKey())
        .isTrue();
  }

  @Test
  void shouldOpenADefaultPortToJoin() {
    assertThat(sets("cluster.join=10.0.0.1:5801").cluster().port()).contains(5801);
    assertThatThrownBy(() -> sets("cluster.port=5801", "cluster.bus-port=5801"))
        .hasMessageContaining("another port than cluster.port");
    assertThatThrownBy(() -> sets("cluster.bus-port=5901"))
        .hasMessageContaining("expected cluster.port or cluster.join beside it");
  }

  @Test
  void shouldNotGiveOnePortToBrowsersAndToNodes() {
    assertThatThrownBy(() -> sets("http.port=5801", "cluster.port=5801"))
        .hasMessage("http.port is 5801 (--set http.port), expected another port than cluster.port");
    assertThatThrownBy(() -> sets("http.port=5801", "cluster.join=10.0.0.1:5801"))
        .hasMessageEndingWith("another port than cluster.port");
    assertThatThrownBy(
            () -> sets("http.agent-port=5901", "cluster.port=5801", "cluster.bus-port=5901"))
        .hasMessageStartingWith("http.agent-port is ")
        .hasMessageEndingWith("another port than cluster.bus-port");
    String bus = "cluster.bus-port=8765";
    assertThat(sets("node.roles=router", "cluster.port=5801", bus).cluster().busPort())
        .isEqualTo(8765);
    assertThat(sets("http.port=5801", "cluster.port=5801", "cluster.host=127.0.0.2").roles())
        .isNotEmpty();
    assertThatThrownBy(() ->
            sets(
                "http.port=5801",
                "http.host=0.0.0.0",
                "auth.anonymous=allow",
                "cluster.port=5801",
                "cluster.host=127.0.0.2"))
        .hasMessageStartingWith("http.port is 5801");
    assertThat(sets("http.port=0", "cluster.port=5801").cluster().busPort()).isZero();
  }
}
