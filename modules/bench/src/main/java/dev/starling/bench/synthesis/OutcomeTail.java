/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.bench.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows what a node routes, on a thread of its own, from the node's own look back. */
final class OutcomeTail implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Of the last answer, since outcomes of one millisecond may come in two. */
  private static final long OVERLAP_MILLIS = 50;

  private final NodeApi node;
  private final Thread thread;
  private final List<Routed> routed = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private volatile boolean isOver;
  private long since;
  private @Nullable IOException fault;

  /** Begins to follow what is routed from {@code since} on, ms since 1970. */
  OutcomeTail(NodeApi node, long since) {
    this.node = node;
    this.since = since;
    this.thread = Thread.ofPlatform().daemon().name("outcome-tail").unstarted(this::follow);
    thread.start();
  }

  private void follow() {
    try {
      while (!isOver) {
        take(node.outcomes(since - OVERLAP_MILLIS));
        Waiting.pass(PAUSE);
      }
      take(node.outcomes(since - OVERLAP_MILLIS));
    } catch (IOException e) {
      fault = e;
    }
  }

  private void take(JsonNode answer) {
    for (JsonNode one : answer.path("outcomes")) {
      JsonNode packet = one.path("packet");
      long at = one.path("routed_at").asLong();
      since = Math.max(since, at);
      String source = packet.path("source_agent").asText();
      if (ids.add(source + " " + packet.path("outcome_id").asText())) {
        List<String> receivers = new ArrayList<>();
        one.path("routed_to").forEach(to -> receivers.add(to.path("agent_id").asText()));
        boolean isExpired = one.path("status").asText().equals("expired");
        routed.add(new Routed(at, source, packet.path("hops").asInt(), isExpired, receivers));
      }
    }
  }

  /** Ends, and gives everything that was routed. */
  List<Routed> end() throws IOException {
    close();
    IOException failed = fault;
    if (failed != null) {
      throw new IOException("what was routed could not be followed", failed);
    }
    return List.copyOf(routed);
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
