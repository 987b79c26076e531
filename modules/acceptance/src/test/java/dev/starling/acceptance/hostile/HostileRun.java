/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import dev.starling.testkit.NodeProcess;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Scripts against one node, several at a time, until enough messages were sent. What fails is tried
 * again piece by piece, so that a report is as short as it can be.
 */
final class HostileRun {
  private static final int PEERS = 12;
  private static final int UPGRADE_EVERY = 10;
  private static final int MOST_FAULTS = 5;

  private final NodeProcess node;
  private final long seed;
  private final int maxMessage;
  private final Set<Integer> mayEnd;
  private final List<InetAddress> from;
  private final ReplyCheck check = new ReplyCheck();
  private final Map<Integer, LongAdder> answers = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private final LongAdder upgrades = new LongAdder();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  /**
   * A run.
   *
   * @param mayEnd close codes that the node's limits may provoke at any time
   */
  HostileRun(NodeProcess node, long seed, int maxMessage, Set<Integer> mayEnd) {
    this.node = node;
    this.seed = seed;
    this.maxMessage = maxMessage;
    this.mayEnd = mayEnd;
    this.from = IntStream.range(0, PEERS).mapToObj(HostileRun::address).toList();
  }

  /** On loopback too, but not where bystanders come from: limits of addresses are apart. */
  private static InetAddress address(int peer) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) peer});
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends that many messages more; ends early where too much went wrong. */
  HostileRun send(long messages) throws InterruptedException {
    long enough = sent.get() + messages;
    List<Thread> peers = new ArrayList<>();
    for (int i = 0; i < PEERS; i++) {
      peers.add(
          Thread.ofPlatform()
              .name("hostile-" + i)
              .start(() -> {
                while (sent.get() < enough && faults.size() < MOST_FAULTS) {
                  play(next.getAndIncrement());
                }
              }));
    }
    for (Thread peer : peers) {
      peer.join();
    }
    return this;
  }

  /** Plays the script of a number alone. */
  HostileRun only(int number) {
    play(number);
    return this;
  }

  private void play(int number) {
    if (number % UPGRADE_EVERY == 0) {
      upgrade(number);
      return;
    }
    HostileScript script = HostileScript.of(seed, number, maxMessage, mayEnd);
    sent.addAndGet(script.pieces().size());
    Optional<String> fault = run(script);
    fault.ifPresent(what -> faults.add(what + "\n" + shortest(script, what)));
  }

  private void upgrade(int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    HostileUpgrades hostile = new HostileUpgrades(random, answers);
    int port = random.nextInt(4) == 0 ? node.agentPort() : node.httpPort();
    String request = hostile.request(port);
    sent.incrementAndGet();
    upgrades.increment();
    hostile
        .run(request, port, from.get(number % PEERS))
        .ifPresent(what ->
            faults.add(
                what
                    + "\n-Dstarling.fuzz.seed="
                    + seed
                    + " -Dstarling.fuzz.only="
                    + number
                    + "\n"
                    + request));
  }

  private Optional<String> run(HostileScript script) {
    int port = script.isAgentPort() ? node.agentPort() : node.httpPort();
    return HostilePeer.run(script, port, from.get(script.number() % PEERS), check);
  }

  /** The first piece that fails by itself, else the whole script. */
  private String shortest(HostileScript script, String what) {
    if (!what.contains("hangs")) {
      for (Piece piece : script.pieces()) {
        HostileScript alone = script.only(piece);
        if (run(alone).isPresent()) {
          return alone.reproduction();
        }
      }
    }
    return script.reproduction();
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  long sent() {
    return sent.get();
  }

  long upgrades() {
    return upgrades.sum();
  }

  /** Answers to handshakes that were no good, by status. */
  Map<Integer, Long> answers() {
    Map<Integer, Long> counts = new TreeMap<>();
    answers.forEach((status, count) -> counts.put(status, count.sum()));
    return counts;
  }

  ReplyCheck check() {
    return check;
  }
}
