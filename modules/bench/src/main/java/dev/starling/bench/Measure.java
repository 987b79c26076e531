/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.Locale;

/** A row of the tables of routing and sessions, in order. */
public enum Measure implements Row {
  /** Closed loop. */
  OUTCOMES("outcomes routed, saturated", "1/s", Better.MORE, Joined.MEDIAN, "> 10 000"),
  /** Closed loop. */
  DELIVERIES("deliveries, saturated", "1/s", Better.MORE, Joined.MEDIAN, ""),
  /** Closed loop. */
  CPU_SATURATED("server CPU per outcome, saturated", "µs", Better.LESS, Joined.MEDIAN, ""),
  /** Closed loop, all clients offer permessage-deflate. */
  OUTCOMES_DEFLATE(
      "outcomes routed, saturated, clients offer compression",
      "1/s",
      Better.MORE,
      Joined.MEDIAN,
      ""),
  /** Open loop: what the server acknowledged. */
  RATE_REACHED("open loop: outcomes acknowledged", "1/s", Better.MORE, Joined.MEDIAN, ""),
  /** Open loop. */
  PUSH_P50("open loop: emit → push p50", "ms", Better.LESS, Joined.MEDIAN, "< 8"),
  /** Open loop. */
  PUSH_P90("open loop: emit → push p90", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Open loop. */
  PUSH_P99("open loop: emit → push p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Open loop. */
  PUSH_MAX("open loop: emit → push max", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Open loop. */
  ACK_P50("open loop: emit → ack p50", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Open loop. */
  ACK_P99("open loop: emit → ack p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Open loop. */
  CPU_PACED("open loop: server CPU per outcome", "µs", Better.LESS, Joined.MEDIAN, ""),
  /** TCP and upgrade. */
  CONNECT_P50("connection: TCP + upgrade p50", "ms", Better.LESS, Joined.MEDIAN, "~ 3"),
  /** TCP and upgrade. */
  CONNECT_P99("connection: TCP + upgrade p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Until registered. */
  REGISTERED_P50("connection: until registered p50", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Until registered. */
  REGISTERED_P99("connection: until registered p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Inside Chromium. */
  BROWSER_PUSH_P50("Chromium: emit → push p50", "ms", Better.LESS, Joined.MEDIAN, "< 8"),
  /** Inside Chromium. */
  BROWSER_PUSH_P99("Chromium: emit → push p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Inside Chromium. */
  BROWSER_CONNECT("Chromium: connection p50", "ms", Better.LESS, Joined.MEDIAN, "~ 3"),
  /** HTTP. */
  REST_P50("REST: POST → visible in GET p50", "ms", Better.LESS, Joined.MEDIAN, "55–140"),
  /** HTTP. */
  REST_P99("REST: POST → visible in GET p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Resident memory. */
  MEMORY("memory per idle agent, resident", "KiB", Better.LESS, Joined.MEDIAN, "~ 2"),
  /** Live objects. */
  MEMORY_HEAP("memory per idle agent, live heap", "KiB", Better.LESS, Joined.MEDIAN, "~ 2"),
  /** Resident memory, agents offer compression as browsers do. */
  MEMORY_DEFLATE(
      "memory per idle agent that offers compression, resident",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** Live objects, agents offer compression. */
  MEMORY_DEFLATE_HEAP(
      "memory per idle agent that offers compression, live heap",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** Resident memory, compression accepted, on the path for browsers where a server has one. */
  MEMORY_GRANTED(
      "memory per idle agent with compression, unused, resident",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** Live objects, compression accepted. */
  MEMORY_GRANTED_HEAP(
      "memory per idle agent with compression, unused, live heap",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** Resident memory, compression accepted and used once in both directions. */
  MEMORY_DEFLATED(
      "memory per idle agent that has used compression, resident",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** Live objects, compression used. */
  MEMORY_DEFLATED_HEAP(
      "memory per idle agent that has used compression, live heap",
      "KiB",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** One small event to all subscribers. */
  EVENT_P50("an event to every subscriber: p50", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** One small event to all subscribers. */
  EVENT_P99("an event to every subscriber: p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Until the last subscriber had it. */
  EVENT_LAST(
      "an event to every subscriber: the last one, p50", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** One compressed outcome to all subscribers. */
  OUTCOME_P50(
      "a compressed outcome to every subscriber: p50", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** One compressed outcome to all subscribers. */
  OUTCOME_P99(
      "a compressed outcome to every subscriber: p99", "ms", Better.LESS, Joined.MEDIAN, ""),
  /** Until the last subscriber had it. */
  OUTCOME_LAST(
      "a compressed outcome to every subscriber: the last one, p50",
      "ms",
      Better.LESS,
      Joined.MEDIAN,
      ""),
  /** All runs. */
  LOST("deliveries lost, all runs", "", Better.LESS, Joined.SUM, ""),
  /** All runs. */
  DUPLICATES("deliveries doubled, all runs", "", Better.LESS, Joined.SUM, ""),
  /** All runs: unanswered, refused, unknown, disconnected. */
  FAULTS("outcomes unanswered or refused, disconnects, all runs", "", Better.LESS, Joined.SUM, ""),
  /** The generator itself. */
  GENERATOR_CPU("generator CPU per outcome, saturated", "µs", Better.LESS, Joined.MEDIAN, "");

  /** Which way is good. */
  public enum Better {
    /** The higher the better. */
    MORE,
    /** The lower the better. */
    LESS
  }

  /** How rounds become one figure. */
  public enum Joined {
    /** Middle value, or the mean of the middle two. */
    MEDIAN,
    /** Total. */
    SUM
  }

  private final String title;
  private final String unit;
  private final Better better;
  private final Joined joined;
  private final String claim;

  Measure(String title, String unit, Better better, Joined joined, String claim) {
    this.title = title;
    this.unit = unit;
    this.better = better;
    this.joined = joined;
    this.claim = claim;
  }

  @Override
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String unit() {
    return unit;
  }

  @Override
  public Better better() {
    return better;
  }

  @Override
  public Joined joined() {
    return joined;
  }

  /** What the QIS reference claims. */
  @Override
  public String claim() {
    return claim;
  }
}
