/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a request is taken to come from, on a real server whose peer is loopback. */
class ClientAddressTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static int trusting;
  private static int wary;

  @BeforeAll
  static void serve() {
    trusting = serve("127.0.0.1", "10.0.0.0/8", "fd00::/8");
    wary = serve("10.0.0.0/8");
  }

  @AfterAll
  static void end() {
    LocalMesh.await(VERTX.close());
  }

  private static int serve(String... proxies) {
    ClientAddress clients =
        new ClientAddress(
            Arrays.stream(proxies).map(text -> AddressRange.parse(text).orElseThrow()).toList());
    HttpServer server =
        VERTX
            .createHttpServer()
            .requestHandler(
                request -> request.response().end(clients.of(request).getHostAddress()));
    return LocalMesh.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static String seen(int port, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Host: localhost";
    return RawHttp.send(port, "GET", "/", all).body();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For: 203.0.113.7|203.0.113.7",
        "X-Forwarded-For: 203.0.113.7:4711|203.0.113.7",
        "X-Forwarded-For: 198.51.100.1, 203.0.113.7|203.0.113.7",
        "X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.1.2.3|203.0.113.7",
        "X-Forwarded-For: 10.9.9.9, 10.1.2.3|10.9.9.9",
        "X-Forwarded-For: ::ffff:203.0.113.7|203.0.113.7",
        "X-Forwarded-For: [2001:db8::7]:4711|2001:db8:0:0:0:0:0:7",
        "X-Forwarded-For: 2001:db8::7, fd00::1|2001:db8:0:0:0:0:0:7",
        "X-Forwarded-For: unknown|127.0.0.1",
        "X-Forwarded-For: 203.0.113.7, someone, 10.1.2.3|10.1.2.3",
        "X-Forwarded-For: |127.0.0.1",
        "Forwarded: for=203.0.113.7;proto=https|203.0.113.7",
        "Forwarded: proto=https; For=\"[2001:db8::7]:4711\"|2001:db8:0:0:0:0:0:7",
        "Forwarded: for=198.51.100.1, for=203.0.113.7, for=10.1.2.3|203.0.113.7",
        "Forwarded: for=_hidden|127.0.0.1",
        "Forwarded: by=203.0.113.7|127.0.0.1"
      },
      quoteCharacter = '`')
  void theLastHopThatIsNoTrustedProxyIsTheClient(String header, String expected) {
    assertThat(seen(trusting, header)).isEqualTo(expected);
  }

  @Test
  void aPeerThatIsNoTrustedProxyCannotSayWhomItSpeaksFor() {
    assertThat(seen(wary, "X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7"))
        .isEqualTo("127.0.0.1");
  }

  @Test
  void whatAClientMadeUpDoesNotCountBesideWhatTheProxyWrote() {
    assertThat(seen(trusting, "Forwarded: for=198.51.100.1", "X-Forwarded-For: 203.0.113.7"))
        .isEqualTo("203.0.113.7");
    assertThat(seen(trusting, "X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 203.0.113.7"))
        .isEqualTo("203.0.113.7");
  }

  @Test
  void aListWithoutEndIsReadToABound() {
    assertThat(seen(trusting, "X-Forwarded-For: 203.0.113.7" + ", 10.1.1.1".repeat(50)))
        .isEqualTo("10.1.1.1");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.255.0.1,true",
    "10.0.0.0/8,11.0.0.1,false",
    "192.168.4.0/22,192.168.7.255,true",
    "192.168.4.0/22,192.168.8.0,false",
    "0.0.0.0/0,203.0.113.7,true",
    "0.0.0.0/0,2001:db8::1,false",
    "2001:db8::/33,2001:db8:7fff::1,true",
    "2001:db8::/33,2001:db8:8000::1,false",
    "::ffff:10.0.0.1,10.0.0.1,true",
    "10.0.0.1,::ffff:10.0.0.1,true",
    "10.0.0.1,10.0.0.2,false"
  })
  void aBlockHoldsItsAddresses(String block, String address, boolean within) {
    assertThat(AddressRange.parse(block).orElseThrow().contains(InetAddress.ofLiteral(address)))
        .isEqualTo(within);
  }

  @Test
  void whatIsNoBlockIsNone() {
    for (String text : List.of("", "/8", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "proxy", "-")) {
      assertThat(AddressRange.parse(text)).as(text).isEmpty();
    }
  }
}
