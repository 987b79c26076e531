/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Memory per idle, registered agent: what a fresh server gains between a few agents and many,
 * divided by the difference. Every system goes through the same steps:
 *
 * <ol>
 *   <li>a visitor comes, registers and goes, {@value #VISITS} times, so that what a server sets up
 *       once, the room for short-lived objects included, is not charged to the agents;
 *   <li>the few connect; garbage is collected, and resident memory is read;
 *   <li>the many connect; garbage is collected, and resident memory is read again.
 * </ol>
 *
 * <p>Garbage is collected in full by every server, since none does so by itself while it is idle:
 * the JVM by {@code jcmd GC.run}, Node and Python by a signal on which the peers call their
 * collector. All are given some seconds to let go of what that freed: read at once, one that is
 * still about to gives back before the second reading what it had at the first. What a runtime then
 * keeps resident beyond its live objects counts against it.
 */
final class MemoryProbe {
  /** One after the other, so that at no time more than a few are there. */
  private static final int VISITS = 4_000;

  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** Every five seconds a JVM lets go of what its compiler no longer uses. */
  private static final Duration LET_GO = Duration.ofSeconds(7);

  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  /** In the payload of an outcome, which is long enough for every system to compress it. */
  private static final int WORDS = 300;

  private static final int BUFFER = 64 * 1024;

  private final int few;
  private final int many;
  private final int dimension;

  MemoryProbe(int few, int many, int dimension) {
    this.few = few;
    this.many = many;
    this.dimension = dimension;
  }

  /** What agents do about compression. */
  enum Deflate {
    /** Nothing. */
    NOT_OFFERED,
    /** They offer it, as browsers do. */
    OFFERED,
    /** They offer it, and where it is negotiated each sends a compressed outcome. */
    USED
  }

  /**
   * Bytes per agent.
   *
   * @param resident by the process's resident memory
   * @param heap by the objects alive in a JVM's heap; null for other servers
   * @param deflated whether permessage-deflate was negotiated
   */
  record PerAgent(@Nullable Double resident, @Nullable Double heap, boolean deflated) {}

  /**
   * Connects and measures.
   *
   * @param target where all connect and register
   * @param process the server's, null where somebody else started it: then nothing is measured
   */
  PerAgent measure(URI target, @Nullable ServerProcess process, Deflate deflate)
      throws IOException {
    if (process == null) {
      return new PerAgent(null, null, false);
    }
    Topics topics = Topics.of(many, Math.max(1, many / 5), dimension, 7);
    Connector connector = new Connector(target, deflate != Deflate.NOT_OFFERED);
    List<Connector.Connected> open = new ArrayList<>();
    try {
      for (int turn = 0; turn < VISITS; turn++) {
        connector.connect("visitor", topics.json(0, Workload.Digits.JS)).channel().close();
      }
      connect(connector, topics, open, few, deflate);
      Memory before = memory(process);
      connect(connector, topics, open, many, deflate);
      Memory after = memory(process);
      return new PerAgent(
          perAgent(before.resident, after.resident),
          perAgent(before.heap, after.heap),
          open.getLast().deflated());
    } finally {
      for (Connector.Connected connected : open) {
        connected.channel().close();
      }
    }
  }

  private static void connect(
      Connector connector,
      Topics topics,
      List<Connector.Connected> open,
      int count,
      Deflate deflate)
      throws IOException {
    while (open.size() < count) {
      int agent = open.size();
      String fingerprint = topics.json(agent, Workload.Digits.JS);
      Connector.Connected connected = connector.connect("idle-" + agent, fingerprint);
      open.add(connected);
      if (deflate == Deflate.USED && connected.deflated()) {
        use(connected, fingerprint);
      }
    }
  }

  /**
   * Sends a compressed outcome and waits for its answer. It reaches those of its topic that came
   * before, compressed too, so that but for the last of each topic all agents get at least one.
   */
  private static void use(Connector.Connected connected, String fingerprint) throws IOException {
    String outcome =
        "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":%s,\"payload\":\"%s\"}}"
            .formatted(fingerprint, "starling ".repeat(WORDS));
    ByteBuffer frame =
        WsFrames.masked(
            WsFrames.FIN | WsFrames.RSV1 | WsFrames.TEXT, deflated(outcome), WsFrames.newKey());
    connected.channel().configureBlocking(true);
    while (frame.hasRemaining()) {
      connected.channel().write(frame);
    }
    Ack ack = new Ack();
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    while (!ack.came) {
      connected.reader().restore(bytes.clear());
      if (connected.channel().read(bytes) < 0) {
        throw new WsProtocolException("closed instead of acknowledged");
      }
      connected.reader().accept(bytes.flip(), ack);
    }
    connected.channel().configureBlocking(false);
  }

  private static byte[] deflated(String text) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(text.getBytes(UTF_8));
    byte[] out = new byte[BUFFER];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    // RFC 7692, 7.2.1: the last four octets stay here.
    return Arrays.copyOf(out, length - 4);
  }

  private static final class Ack implements FrameReader.Sink {
    private boolean came;

    @Override
    public void message(ByteBuffer bytes, int offset, int length) {
      switch (Replies.kind(bytes, offset, length)) {
        case ACK -> came = true;
        case ERROR -> throw new WsProtocolException("an outcome was refused");
        case PUSH, REGISTERED, OTHER -> {}
      }
    }

    @Override
    public void ping(byte[] body) {}

    @Override
    public void close(int code) {
      throw new WsProtocolException("closed with " + code + " instead of acknowledged");
    }
  }

  private record Memory(@Nullable Long resident, @Nullable Long heap) {}

  private static Memory memory(ServerProcess process) throws IOException {
    Waiting.pass(SETTLE);
    Optional<ProcessHandle> jvm =
        process.tree().stream()
            .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
            .findFirst();
    Long heap = null;
    if (jvm.isPresent()) {
      jcmd(jvm.get(), "GC.run");
      heap = liveHeap(jcmd(jvm.get(), "GC.class_histogram"));
    } else {
      ServerProcess.run(
          List.of("kill", "-USR2", Long.toString(process.pid())), Path.of("."), COMMAND_LIMIT);
    }
    Waiting.pass(LET_GO);
    if (jvm.isPresent()) {
      // As the node does by itself every ten seconds: what the compiler just used is no agent's.
      jcmd(jvm.get(), "System.trim_native_heap");
    }
    Waiting.pass(SETTLE);
    return new Memory(ProcFs.residentBytes(process.tree()), heap);
  }

  /**
   * The total of a class histogram, bytes: it counts live objects only, to the byte, with every
   * collector.
   */
  static @Nullable Long liveHeap(String histogram) {
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .map(line -> Long.valueOf(line.strip().split("\\s+", -1)[2]))
        .findFirst()
        .orElse(null);
  }

  private static String jcmd(ProcessHandle jvm, String command) throws IOException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return ServerProcess.run(
        List.of(tool.toString(), Long.toString(jvm.pid()), command), Path.of("."), COMMAND_LIMIT);
  }

  private @Nullable Double perAgent(@Nullable Long before, @Nullable Long after) {
    return before == null || after == null ? null : (double) (after - before) / (many - few);
  }
}
