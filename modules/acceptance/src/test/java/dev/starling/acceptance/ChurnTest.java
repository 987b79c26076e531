/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.Eventually;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand agents come, change their minds and leave at random while outcomes flow. Every ack is
 * held against a brute-force oracle that knows, by times on one clock, which registrations surely
 * held during the outcome, which surely did not, and which may have.
 */
class ChurnTest {
  private static final long SEED = 20260730;
  private static final int AGENTS = 1_000;
  private static final int CROWDS = 12;
  private static final int CROWD = 16;
  private static final int EMITTERS = 4;
  private static final int TOPICS = 8;
  private static final int DIMENSION = 16;
  private static final double THRESHOLD = 0.75;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @SuppressWarnings("NullAway.Init")
  private static InProcessNode node;

  @BeforeAll
  static void startNode() {
    node = InProcessNode.start();
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  /**
   * A stretch of time in which an agent id stood for one fingerprint: possibly from {@code sent},
   * surely from {@code held}, surely until {@code ending}, possibly until {@code ended}.
   */
  private static final class Phase {
    private final String agentId;
    private final float[] fingerprint;
    private final long sent;
    private volatile long held = Long.MAX_VALUE;
    private volatile long ending = Long.MAX_VALUE;
    private volatile long ended = Long.MAX_VALUE;

    Phase(String agentId, float[] fingerprint) {
      this.agentId = agentId;
      this.fingerprint = fingerprint;
      this.sent = now();
    }

    boolean surelyHeld(Emission emission) {
      return held < emission.sent() && ending > emission.acked();
    }

    boolean maybeHeld(Emission emission) {
      return sent < emission.acked() && ended > emission.sent();
    }

    double cosine(Emission emission) {
      return ChurnTest.cosine(emission.fingerprint(), fingerprint);
    }
  }

  /** An outcome, when it was sent and acknowledged, and whom the ack named. */
  private record Emission(
      String id, float[] fingerprint, long sent, long acked, List<String> routedTo) {}

  /** What an agent got, counted once everything sent to it before {@code settled} had come. */
  private record Inbox(String agentId, long settled, Map<String, Integer> received) {}

  private static final long ORIGIN = System.nanoTime();

  private static long now() {
    return System.nanoTime() - ORIGIN;
  }

  /** The truth: summed in double from the first number to the last. */
  private static double cosine(float[] one, float[] other) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < one.length; i++) {
      dot += (double) one[i] * other[i];
      left += (double) one[i] * one[i];
      right += (double) other[i] * other[i];
    }
    return dot / Math.sqrt(left * right);
  }

  /** What topics are about, and vectors whose cosine with a topic is near the threshold or far. */
  private record Topics(float[][] centres) {
    static Topics random(Random random) {
      float[][] centres = new float[TOPICS][DIMENSION];
      for (float[] centre : centres) {
        for (int i = 0; i < DIMENSION; i++) {
          centre[i] = (float) random.nextGaussian();
        }
      }
      return new Topics(centres);
    }

    float[] any(Random random) {
      return centres[random.nextInt(TOPICS)];
    }

    float[] near(Random random) {
      double[] margins = {1e-7, -1e-7, 1e-6, -1e-6, 1e-4, -1e-4, 0.01, -0.01, 0.2, 0.25, -0.5};
      return at(any(random), THRESHOLD + margins[random.nextInt(margins.length)], random);
    }

    /** A vector whose cosine with {@code centre} is {@code cosine}, but for rounding to floats. */
    private static float[] at(float[] centre, double cosine, Random random) {
      double norm = Math.sqrt(dot(centre, centre));
      double[] across = new double[DIMENSION];
      double along = 0;
      for (int i = 0; i < DIMENSION; i++) {
        across[i] = random.nextGaussian();
        along += across[i] * centre[i] / norm;
      }
      double left = 0;
      for (int i = 0; i < DIMENSION; i++) {
        across[i] -= along * centre[i] / norm;
        left += across[i] * across[i];
      }
      double sine = Math.sqrt(1 - cosine * cosine) / Math.sqrt(left);
      float[] made = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        made[i] = (float) (cosine * centre[i] / norm + sine * across[i]);
      }
      return made;
    }

    private static double dot(float[] one, float[] other) {
      double sum = 0;
      for (int i = 0; i < one.length; i++) {
        sum += (double) one[i] * other[i];
      }
      return sum;
    }
  }

  private final List<Phase> phases = Collections.synchronizedList(new ArrayList<>());
  private final List<Emission> emissions = Collections.synchronizedList(new ArrayList<>());
  private final List<Inbox> inboxes = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger joined = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  /** One agent with its socket. */
  private final class Member {
    private final QisClient client = node.client();
    private final String agentId;
    private Phase phase;

    Member(String agentId, float[] fingerprint) {
      this.agentId = agentId;
      this.phase = begin(fingerprint);
      phase.held = now();
    }

    private Phase begin(float[] fingerprint) {
      Phase begun = new Phase(agentId, fingerprint);
      phases.add(begun);
      client.register(agentId, doubles(fingerprint));
      return begun;
    }

    void become(float[] fingerprint) {
      Phase before = phase;
      before.ending = now();
      phase = begin(fingerprint);
      before.ended = now();
      phase.held = before.ended;
    }

    void leave() {
      long settled = now();
      client.settle();
      phase.ending = now();
      client.close();
      Eventually.eventually(
          agentId + " is gone", PATIENCE, () -> node.routerHolder(agentId).isEmpty());
      phase.ended = now();
      Map<String, Integer> received = new HashMap<>();
      for (JsonObject message : client.pending()) {
        assertThat(message.getString("type")).isEqualTo("incoming_outcome");
        received.merge(message.getJsonObject("packet").getString("outcome_id"), 1, Integer::sum);
      }
      inboxes.add(new Inbox(agentId, settled, received));
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private void churn(Topics topics, Random random) {
    Deque<Member> members = new ArrayDeque<>();
    while (true) {
      int action = random.nextInt(4);
      if (action <= 1 && members.size() < CROWD) {
        int number = joined.incrementAndGet();
        if (number > AGENTS) {
          break;
        }
        members.addLast(new Member("agent-" + number, topics.near(random)));
      } else if (action == 2 && !members.isEmpty()) {
        members.getLast().become(topics.near(random));
      } else if (members.size() > random.nextInt(CROWD)) {
        members.removeFirst().leave();
      }
    }
    members.forEach(Member::leave);
  }

  private void emit(int emitter, Topics topics, Random random) {
    try (QisClient client = node.client()) {
      client.register("emitter-" + emitter);
      for (int i = 0; !over.get(); i++) {
        float[] fingerprint = topics.any(random);
        String id = emitter + "-" + i;
        JsonObject packet =
            new JsonObject()
                .put("outcome_id", id)
                .put("fingerprint", QisClient.array(doubles(fingerprint)));
        long sent = now();
        JsonObject ack =
            client
                .send(new JsonObject().put("type", "outcome").put("packet", packet))
                .next("outcome_ack");
        long acked = now();
        assertThat(ack.getBoolean("partial", false)).isFalse();
        JsonArray routedTo = ack.getJsonArray("routed_to");
        emissions.add(
            new Emission(
                id, fingerprint, sent, acked, routedTo.stream().map(String::valueOf).toList()));
      }
    }
  }

  @Test
  @Timeout(90)
  void everyAckAndEveryInboxEqualsTheOracles() throws Exception {
    Topics topics = Topics.random(new Random(SEED));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> emitters = new ArrayList<>();
      for (int i = 0; i < EMITTERS; i++) {
        int number = i;
        emitters.add(threads.submit(() -> emit(number, topics, new Random(SEED + 100 + number))));
      }
      List<Future<?>> crowds = new ArrayList<>();
      for (int i = 0; i < CROWDS; i++) {
        Random random = new Random(SEED + 1 + i);
        crowds.add(threads.submit(() -> churn(topics, random)));
      }
      try {
        await(crowds);
      } finally {
        over.set(true);
      }
      await(emitters);
    }
    Map<String, List<Phase>> byAgent = new HashMap<>();
    phases.forEach(
        phase -> byAgent.computeIfAbsent(phase.agentId, id -> new ArrayList<>()).add(phase));
    assertThat(byAgent).hasSize(AGENTS);
    long surelyMatched = emissions.stream().mapToLong(one -> judge(one, byAgent)).sum();
    judgeInboxes();
    assertThat(surelyMatched).as("matches that were beyond doubt").isGreaterThan(AGENTS);
  }

  private static void await(List<Future<?>> tasks) throws InterruptedException {
    for (Future<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new AssertionError("a part of the crowd failed", e.getCause());
      }
    }
  }

  /** Judges one ack; how many of its receivers were beyond doubt. */
  private static long judge(Emission emission, Map<String, List<Phase>> byAgent) {
    long beyondDoubt = 0;
    assertThat(emission.routedTo()).doesNotHaveDuplicates();
    for (Map.Entry<String, List<Phase>> agent : byAgent.entrySet()) {
      boolean must = false;
      boolean may = false;
      for (Phase phase : agent.getValue()) {
        boolean matches = phase.cosine(emission) >= THRESHOLD;
        must |= matches && phase.surelyHeld(emission);
        may |= matches && phase.maybeHeld(emission);
      }
      boolean named = emission.routedTo().contains(agent.getKey());
      if (must) {
        beyondDoubt++;
        assertThat(named).as("%s must get %s", agent.getKey(), emission.id()).isTrue();
      }
      if (!may) {
        assertThat(named).as("%s must not get %s", agent.getKey(), emission.id()).isFalse();
      }
    }
    assertThat(byAgent.keySet()).containsAll(emission.routedTo());
    assertOrdered(emission, byAgent);
    return beyondDoubt;
  }

  /** The order can be judged where each named agent had one fingerprint throughout. */
  private static void assertOrdered(Emission emission, Map<String, List<Phase>> byAgent) {
    double before = 2;
    String idBefore = "";
    for (String id : emission.routedTo()) {
      List<Phase> possible =
          byAgent.getOrDefault(id, List.of()).stream()
              .filter(phase -> phase.maybeHeld(emission))
              .toList();
      if (possible.size() != 1) {
        return;
      }
      double rounded = Math.round(possible.getFirst().cosine(emission) * 1e4) / 1e4;
      assertThat(rounded).isLessThanOrEqualTo(before);
      if (rounded == before) {
        assertThat(id).isGreaterThan(idBefore);
      }
      before = rounded;
      idBefore = id;
    }
  }

  private void judgeInboxes() {
    Map<String, Emission> byId = new HashMap<>();
    emissions.forEach(emission -> byId.put(emission.id(), emission));
    assertThat(inboxes).hasSize(AGENTS);
    for (Inbox inbox : inboxes) {
      inbox
          .received()
          .forEach((id, times) -> {
            assertThat(times).as("%s got %s once", inbox.agentId(), id).isEqualTo(1);
            Emission emission = byId.get(id);
            if (emission != null) {
              assertThat(emission.routedTo()).contains(inbox.agentId());
            }
          });
    }
    Map<String, Inbox> byAgent = new HashMap<>();
    inboxes.forEach(inbox -> byAgent.put(inbox.agentId(), inbox));
    for (Emission emission : emissions) {
      for (String id : emission.routedTo()) {
        Inbox inbox = byAgent.get(id);
        if (inbox != null && emission.acked() < inbox.settled()) {
          assertThat(inbox.received()).as("what %s got", id).containsKey(emission.id());
        }
      }
    }
  }
}
