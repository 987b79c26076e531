/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.EndpointLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of each limit a group's own goes before that of both, and that before the usual one. */
class LimitsReaderTest {
  /** A limit: its name, two values that are not usual, and how the reader gives them. */
  record Limit(String name, String one, String other, Function<EndpointLimits, Object> read) {
    private Limit(String name, int one, int other, Function<EndpointLimits, Object> read) {
      this(name, Integer.toString(one), Integer.toString(other), read);
    }

    private Object parsed(String text) {
      return name.equals("unauthenticated")
          ? Duration.ofSeconds(Long.parseLong(text.replace("s", "")))
          : Integer.parseInt(text.replace("B", ""));
    }
  }

  static List<Limit> limits() {
    return List.of(
        new Limit("connections-per-address", 21, 22, EndpointLimits::connectionsPerAddress),
        new Limit("messages-per-minute", 23, 24, EndpointLimits::messagesPerMinute),
        new Limit("max-message", "20001B", "20002B", EndpointLimits::maxMessage),
        new Limit("max-pending", 25, 26, EndpointLimits::maxPending),
        new Limit("outcome-queue", "20003B", "20004B", EndpointLimits::outcomeQueue),
        new Limit("control-queue", "20005B", "20006B", EndpointLimits::controlQueue),
        new Limit("malformed-per-minute", 27, 28, EndpointLimits::malformedPerMinute),
        new Limit("subscriptions", 5, 6, EndpointLimits::subscriptions),
        new Limit("unauthenticated", "7s", "8s", EndpointLimits::unauthenticated));
  }

  private static LimitsReader reader(String... sets) {
    ConfigSources sources = new ConfigSources(List.of(), Map.of(), List.of(sets), List.of());
    return new LimitsReader(Layers.merge(Schema.builtIn(), sources));
  }

  private static Object web(Limit limit, String... sets) {
    return limit.read().apply(reader(sets).web());
  }

  private static Object agent(Limit limit, String... sets) {
    return limit.read().apply(reader(sets).agent());
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aLimitOfBothHoldsForBoth(Limit limit) {
    String both = "limits." + limit.name() + "=" + limit.one();
    assertThat(web(limit, both)).isEqualTo(limit.parsed(limit.one()));
    assertThat(agent(limit, both)).isEqualTo(limit.parsed(limit.one()));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aGroupsOwnLimitHoldsForItAlone(Limit limit) {
    String own = "limits.web." + limit.name() + "=" + limit.one();
    assertThat(web(limit, own)).isEqualTo(limit.parsed(limit.one()));
    assertThat(agent(limit, own)).isEqualTo(agent(limit)).isNotEqualTo(web(limit, own));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aGroupsOwnLimitGoesBeforeThatOfBothInWhateverOrderTheyAreGiven(Limit limit) {
    String both = "limits." + limit.name() + "=" + limit.one();
    String own = "limits.agent." + limit.name() + "=" + limit.other();
    assertThat(agent(limit, both, own)).isEqualTo(limit.parsed(limit.other()));
    assertThat(agent(limit, own, both)).isEqualTo(limit.parsed(limit.other()));
    assertThat(web(limit, own, both)).isEqualTo(limit.parsed(limit.one()));
  }

  @Test
  void theUsualLimitsDifferWhereBrowsersAndAgentsDo() {
    EndpointLimits web = reader().web();
    EndpointLimits agent = reader().agent();
    assertThat(web.connectionsPerAddress()).isEqualTo(10);
    assertThat(web.messagesPerMinute()).isEqualTo(1_000);
    assertThat(agent)
        .isEqualTo(
            new EndpointLimits(
                1_000,
                60_000,
                web.maxMessage(),
                web.maxPending(),
                web.outcomeQueue(),
                web.controlQueue(),
                web.malformedPerMinute(),
                web.subscriptions(),
                web.unauthenticated()));
  }
}
