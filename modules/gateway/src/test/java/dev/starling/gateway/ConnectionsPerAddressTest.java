/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.ConnectionsPerAddress.Slot;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ConnectionsPerAddressTest {
  private final ConnectionsPerAddress connections =
      new ConnectionsPerAddress(TestGateway.limits(2), TestGateway.limits(3));

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private Slot enter(String address) {
    return connections.enter(EndpointGroup.WEB, address(address)).orElseThrow();
  }

  private boolean isFull(String address) {
    return connections.enter(EndpointGroup.WEB, address(address)).isEmpty();
  }

  @Test
  void anAddressHasRoomForItsLimitAndAgainWhenOneLeaves() {
    Slot first = enter("192.0.2.1");
    enter("192.0.2.1");
    assertThat(isFull("192.0.2.1")).isTrue();
    enter("192.0.2.2");
    first.release();
    enter("192.0.2.1");
    assertThat(isFull("192.0.2.1")).isTrue();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    Slot first = enter("192.0.2.1");
    enter("192.0.2.1");
    first.release();
    first.release();
    enter("192.0.2.1");
    assertThat(isFull("192.0.2.1")).isTrue();
  }

  @Test
  void groupsOfEndpointsAreCountedApart() {
    enter("192.0.2.1");
    enter("192.0.2.1");
    for (int i = 0; i < 3; i++) {
      assertThat(connections.enter(EndpointGroup.AGENT, address("192.0.2.1"))).isPresent();
    }
    assertThat(connections.enter(EndpointGroup.AGENT, address("192.0.2.1"))).isEmpty();
  }

  @Test
  void aNetworkOfIpv6CountsAsOneAddress() {
    enter("2001:db8:1:2::1");
    enter("2001:db8:1:2:ffff::2");
    assertThat(isFull("2001:db8:1:2::3")).isTrue();
    assertThat(isFull("2001:db8:1:3::1")).isFalse();
  }

  @Test
  void anAddressOfIpv4IsTheSameWithinIpv6() {
    enter("192.0.2.1");
    enter("::ffff:192.0.2.1");
    assertThat(isFull("192.0.2.1")).isTrue();
  }

  @Test
  void nothingIsKeptOfAddressesThatHaveLeft() {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      slots.add(enter("10.0." + i / 250 + "." + i % 250));
    }
    assertThat(connections.addresses()).isEqualTo(1_000);
    slots.forEach(Slot::release);
    assertThat(connections.addresses()).isZero();
  }

  @Test
  void noMoreEnterAtOnceThanMay() throws Exception {
    List<java.util.concurrent.Callable<Boolean>> tries = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      tries.add(() -> !isFull("192.0.2.1"));
    }
    int entered = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var entry : threads.invokeAll(tries)) {
        entered += entry.get() ? 1 : 0;
      }
    }
    assertThat(entered).isEqualTo(2);
  }
}
