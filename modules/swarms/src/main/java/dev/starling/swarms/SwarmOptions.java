/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.time.Duration;

/**
 * How patient and how eager a follower is.
 *
 * @param cadence how often it looks
 * @param patience how long it waits
 * @param retry when it comes back
 * @param bounds how much it holds
 */
public record SwarmOptions(Cadence cadence, Patience patience, Retry retry, Bounds bounds) {
  /** What suits the servers that this room was tried with. */
  public static SwarmOptions defaults() {
    return new SwarmOptions(
        Cadence.defaults(), Patience.defaults(), Retry.defaults(), Bounds.defaults());
  }

  /**
   * How often something is asked for; all more than 0.
   *
   * @param ping whether the server is there
   * @param agents which agents it has
   * @param liveTasks how its tasks are, while some are under way
   * @param tasks which tasks it has, otherwise
   * @param swarm how the swarm is
   * @param health what the server's process uses
   */
  public record Cadence(
      Duration ping,
      Duration agents,
      Duration liveTasks,
      Duration tasks,
      Duration swarm,
      Duration health) {
    /** Refuses what is not more than 0. */
    public Cadence {
      positive("ping", ping);
      positive("agents", agents);
      positive("live-tasks", liveTasks);
      positive("tasks", tasks);
      positive("swarm", swarm);
      positive("health", health);
    }

    /** 5 s, 3 s, 1.5 s, 5 s, 5 s and 5 s. */
    public static Cadence defaults() {
      Duration seldom = Duration.ofSeconds(5);
      return new Cadence(
          seldom, Duration.ofSeconds(3), Duration.ofMillis(1_500), seldom, seldom, seldom);
    }
  }

  /**
   * How long is waited for an answer; all more than 0.
   *
   * @param connect until a server is there and has introduced itself: a cold one reads much code
   * @param call until a tool has answered, with the time that the call waited for its turn
   * @param ping until a ping is answered
   * @param stop until a child process that is asked to end has ended; then it is killed
   */
  public record Patience(Duration connect, Duration call, Duration ping, Duration stop) {
    /** Refuses what is not more than 0. */
    public Patience {
      positive("connect", connect);
      positive("call", call);
      positive("ping", ping);
      positive("stop", stop);
    }

    /** 60 s, 30 s, 2 s and 3 s. */
    public static Patience defaults() {
      return new Patience(
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(3));
    }
  }

  /**
   * When a lost server is tried again.
   *
   * @param first how long after the first loss; twice as long after each further one
   * @param most the longest wait
   * @param calm how long a connection must have lived for the next wait to be the first again
   * @param fastExit a process that ended earlier than this has not started at all
   * @param mostFastExits after so many of these in a row the server is given up, 1 to 1000
   */
  public record Retry(
      Duration first, Duration most, Duration calm, Duration fastExit, int mostFastExits) {
    /** Refuses what is not more than 0, and a longest wait below the first. */
    public Retry {
      positive("first", first);
      positive("calm", calm);
      positive("fast-exit", fastExit);
      if (most.compareTo(first) < 0) {
        throw new IllegalArgumentException("the longest wait is below the first one");
      }
      within("fast-exits", mostFastExits, 1_000);
    }

    /** 1 s to 30 s, calm after 30 s; given up after 5 exits within 5 s. */
    public static Retry defaults() {
      return new Retry(
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          5);
    }
  }

  /**
   * How much is held of a server that may be hostile or broken.
   *
   * @param calls how many may wait for their turn
   * @param messageBytes the largest message that is read; beyond, the connection ends
   * @param agents how many agents are followed; further ones are left out and counted
   * @param tasks how many tasks are followed; further ones are left out and counted
   */
  public record Bounds(int calls, int messageBytes, int agents, int tasks) {
    /** Refuses what is below 1, or so large that it bounds nothing. */
    public Bounds {
      within("calls", calls, 10_000);
      within("message-bytes", messageBytes, 256 << 20);
      within("agents", agents, 100_000);
      within("tasks", tasks, 100_000);
    }

    /** 64 calls, 8 MiB, 1000 agents, 1000 tasks. */
    public static Bounds defaults() {
      return new Bounds(64, 8 << 20, 1_000, 1_000);
    }
  }

  private static void positive(String what, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(what + " must be more than 0, not " + value);
    }
  }

  private static void within(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(what + " must be 1 to " + most + ", not " + value);
    }
  }
}
