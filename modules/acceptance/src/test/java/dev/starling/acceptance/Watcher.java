/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FrameClient;
import dev.starling.testkit.FrameClient.Node;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A client of {@code /ws} that reads position frames of protocol 2 all the time, on a thread of its
 * own, and checks that each is whole and has no number that is none.
 */
final class Watcher implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FrameClient client;
  private Map<Integer, Node> last = Map.of();
  private long frames;
  private volatile boolean isClosed;
  private String fault = "";

  /** The longest time between two frames since it was asked for. */
  private long longestGap;

  /** The longest way of a node between two frames since it was asked for. */
  private double longestStep;

  private long cameAt;

  Watcher(int port) {
    client = FrameClient.connect(port, "?protocol=2");
    Thread.ofPlatform().daemon().name("watcher").start(this::read);
  }

  /** Selects a node, the source of the shortest paths from then on. */
  Watcher say(String action, String key) {
    return say(
        "{\"type\":\"graph_interaction\",\"action\":\""
            + action
            + "\",\"nodeId\":\""
            + key
            + "\"}");
  }

  Watcher drag(String action, String key, double x, double y, double z) {
    return say(
        "{\"type\":\"graph_interaction\",\"action\":\"%s\",\"nodeId\":\"%s\",\"position\":{\"x\":%s,\"y\":%s,\"z\":%s}}"
            .formatted(action, key, x, y, z));
  }

  private Watcher say(String json) {
    FrameClient _ = client.say(json);
    return this;
  }

  private void read() {
    try {
      while (!isClosed) {
        took(FrameClient.wideNodes(client.next()));
      }
    } catch (RuntimeException | AssertionError e) {
      failed(e);
    }
  }

  private synchronized void failed(Throwable e) {
    if (!isClosed) {
      fault = String.valueOf(e);
    }
  }

  private synchronized void took(List<Node> nodes) {
    long now = System.nanoTime();
    Map<Integer, Node> before = last;
    Map<Integer, Node> read =
        nodes.stream().collect(Collectors.toUnmodifiableMap(Node::id, node -> node));
    for (Node node : nodes) {
      if (!Float.isFinite(node.x() + node.y() + node.z()) || Float.isNaN(node.distance())) {
        fault = "a node is nowhere: " + node;
      }
      Node former = before.get(node.id());
      if (former != null) {
        longestStep = Math.max(longestStep, distance(former, node));
      }
    }
    longestGap = frames == 0 ? 0 : Math.max(longestGap, now - cameAt);
    cameAt = now;
    last = read;
    frames++;
  }

  private static double distance(Node a, Node b) {
    return Math.sqrt(
        Math.pow(a.x() - b.x(), 2) + Math.pow(a.y() - b.y(), 2) + Math.pow(a.z() - b.z(), 2));
  }

  /** The nodes of the last frame, by id. */
  synchronized Map<Integer, Node> last() {
    assertThat(fault).isEmpty();
    return last;
  }

  /** How many frames came. */
  synchronized long frames() {
    assertThat(fault).isEmpty();
    return frames;
  }

  /** Notes the longest gap and the longest step anew. */
  synchronized void forget() {
    longestGap = 0;
    longestStep = 0;
  }

  synchronized Duration longestGap() {
    return Duration.ofNanos(longestGap);
  }

  /** In units. */
  synchronized double longestStep() {
    return longestStep;
  }

  /** Waits for a frame like this. */
  Map<Integer, Node> await(String what, Predicate<Map<Integer, Node>> fits) {
    eventually(what, PATIENCE, () -> fits.test(last()));
    return last();
  }

  /** Waits until so many more frames have come. */
  void awaitMore(int count) {
    long enough = frames() + count;
    eventually(count + " more frames come", PATIENCE, () -> frames() >= enough);
  }

  /** Waits until frames that differ come no more. */
  Map<Integer, Node> awaitRest() {
    awaitMore(1);
    boolean isSame = false;
    while (!isSame) {
      Map<Integer, Node> seen = last();
      awaitMore(1);
      isSame = last().equals(seen);
    }
    return last();
  }

  @Override
  public void close() {
    isClosed = true;
    client.close();
  }
}
