/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static dev.starling.fabric.TestCluster.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.MeshWire;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.Settled;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes, and now and then a third, joined by the real cluster on loopback. */
class MeshClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final AtomicInteger SERVICES = new AtomicInteger();

  private static final TestCluster CLUSTER = new TestCluster();

  @SuppressWarnings("NullAway.Init")
  private static TestCluster.Node a;

  @SuppressWarnings("NullAway.Init")
  private static TestCluster.Node b;

  @BeforeAll
  static void startTwo() {
    a = CLUSTER.start("a", "router");
    b = CLUSTER.start("b", "gateway", "router");
    eventually("they meet", () -> sizeOf(a) == 2 && sizeOf(b) == 2);
  }

  @AfterAll
  static void stopAll() {
    CLUSTER.close();
  }

  private static int sizeOf(TestCluster.Node node) {
    return node.mesh().view().nodes().size();
  }

  /** Serves an address of its own on node b. */
  private static Address<RouterMessage> serve(Service<RouterMessage> service) {
    Address<RouterMessage> address = Addresses.router("service-" + SERVICES.incrementAndGet());
    Promise<Object> served = Promise.promise();
    b.mesh()
        .vertx()
        .runOnContext(ignored ->
            b.mesh().bus().serve(address, service).<Object>map(one -> one).onComplete(served));
    await(served.future());
    return address;
  }

  private static Future<Holder> ask(Address<RouterMessage> address, Duration patience) {
    return a.mesh().bus().request(address, new HolderQuery("x"), patience);
  }

  private static double count(MeterRegistry registry, String name, String... tags) {
    return registry.find(name).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  // The hop

  @Test
  void anAnswerComesBackOverTheHopAsItWasGiven() {
    Registration registration =
        new Registration(
            3,
            new Registration.Claim(4, "g"),
            "é😀",
            "s",
            Fingerprint.of(0.1f, -0f, Float.MIN_VALUE),
            0.8,
            true);
    Address<RouterMessage> address =
        serve(message -> Future.succeededFuture(new Holder(registration)));
    assertThat(await(ask(address, PATIENCE))).isEqualTo(new Holder(registration));
    assertThat(count(a.registry(), "starling.fabric.messages", "message", "HolderQuery"))
        .isPositive();
    assertThat(
            count(
                b.registry(),
                "starling.fabric.messages",
                "message",
                "HolderQuery",
                "direction",
                "received"))
        .isPositive();
    assertThat(count(b.registry(), "starling.fabric.bytes", "direction", "received")).isPositive();
  }

  private static void assertRefused(Throwable failure, ErrorCode code, String text) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(code);
              assertThat(refusal.text()).contains(text);
            });
  }

  @Test
  void aRefusalCrossesTheHopWithItsCodeAndText() {
    RefusalException refusal = new RefusalException(ErrorCode.AGENT_ID_TAKEN, "choose another é");
    Address<RouterMessage> failed = serve(message -> Future.failedFuture(refusal));
    assertRefused(failure(ask(failed, PATIENCE)), ErrorCode.AGENT_ID_TAKEN, "choose another é");
    Address<RouterMessage> thrown =
        serve(message -> {
          throw refusal;
        });
    assertRefused(failure(ask(thrown, PATIENCE)), ErrorCode.AGENT_ID_TAKEN, "choose another é");
  }

  @Test
  void theDetailsOfARefusalCrossTheHopWithNumbersAsNumbers() {
    Map<String, Object> details =
        Map.of("field", "value", "min", 1e-6, "max", 1.0, "retryAfterMs", 250L, "unit", "");
    RefusalException refusal = new RefusalException(ErrorCode.INVALID_SETTING, "no", details);
    Address<RouterMessage> failed = serve(message -> Future.failedFuture(refusal));
    assertThat(failure(ask(failed, PATIENCE)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            came -> assertThat(came.details()).containsExactlyInAnyOrderEntriesOf(details));
  }

  @Test
  void aFaultCrossesTheHopAsInternalWithoutItsText() {
    Address<RouterMessage> address =
        serve(message -> {
          throw new IllegalStateException("a secret");
        });
    Throwable failure = failure(ask(address, PATIENCE));
    assertRefused(failure, ErrorCode.INTERNAL, address.name());
    assertThat(failure).hasMessageNotContaining("a secret");
  }

  @Test
  void anAnswerOfTheWrongKindIsInternal() {
    Address<RouterMessage> address = serve(message -> Future.succeededFuture(message));
    assertRefused(failure(ask(address, PATIENCE)), ErrorCode.INTERNAL, address.name());
  }

  @Test
  void whereNobodyServesIsUnavailableAtOnce() {
    long before = System.nanoTime();
    Throwable failure = failure(ask(Addresses.router("nobody"), Duration.ofSeconds(20)));
    assertRefused(failure, ErrorCode.UNAVAILABLE, "router.nobody");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
  }

  @Test
  void whoeverDoesNotAnswerInTimeIsATimeout() {
    Address<RouterMessage> address = serve(message -> Promise.<Holder>promise().future());
    Throwable failure = failure(ask(address, Duration.ofMillis(100)));
    assertRefused(failure, ErrorCode.TIMEOUT, address.name());
  }

  @Test
  void whatOneNodeSendsArrivesInOrder() {
    int many = 20_000;
    List<String> received = Collections.synchronizedList(new ArrayList<>());
    Address<RouterMessage> address =
        serve(message -> {
          received.add(((Settled) message).outcomeId());
          return null;
        });
    for (int i = 0; i < many; i++) {
      a.mesh().bus().send(address, new Settled("s", Integer.toString(i), "r", null));
    }
    eventually("all came", () -> received.size() == many);
    assertThat(received).isEqualTo(IntStream.range(0, many).mapToObj(Integer::toString).toList());
  }

  @Test
  void aMessageOfManyMegabytesCrossesTheHop() {
    byte[] packet = ("\"" + "x".repeat(10 << 20) + "\"").getBytes(StandardCharsets.US_ASCII);
    CompletableFuture<Deliver> received = new CompletableFuture<>();
    Promise<Object> served = Promise.promise();
    b.mesh()
        .vertx()
        .runOnContext(ignored ->
            b.mesh()
                .bus()
                .serve(
                    Addresses.gateway("large"),
                    message -> {
                      received.complete((Deliver) message);
                      return null;
                    })
                .<Object>map(one -> one)
                .onComplete(served));
    await(served.future());
    a.mesh()
        .bus()
        .send(
            Addresses.gateway("large"),
            new Deliver(1, 1, new RawJson(packet), new long[] {1}, new double[] {1}, 0));
    Deliver deliver = await(Future.fromCompletionStage(received));
    assertThat(deliver.packet().bytes()).isEqualTo(packet);
  }

  @Test
  void withinANodeTheSameInstanceIsHandedOver() {
    List<MeshMessage> received = Collections.synchronizedList(new ArrayList<>());
    Holder holder = new Holder(null);
    Address<RouterMessage> address =
        serve(message -> {
          received.add(message);
          return Future.succeededFuture(holder);
        });
    HolderQuery query = new HolderQuery("x");
    Holder answer = await(b.mesh().bus().request(address, query, PATIENCE));
    assertThat(received.getFirst()).isSameAs(query);
    assertThat(answer).isSameAs(holder);
  }

  // Who is there

  @Test
  void aHelloCarriesRolesAndTheirStates() {
    b.mesh().reachedAt("127.0.0.1", 3030, 8765);
    b.mesh().roleIs("router", State.SERVING);
    String id = b.mesh().nodeId();
    eventually("a knows", () -> a.mesh().view().node(id).orElseThrow().serves("router"));
    NodeInfo known = a.mesh().view().node(id).orElseThrow();
    assertThat(known).isEqualTo(b.mesh().view().me());
    assertThat(known.name()).isEqualTo("b");
    assertThat(known.version()).isEqualTo("1.2.3");
    assertThat(known.httpPort()).isEqualTo(3030);
    assertThat(known.runs("gateway")).isTrue();
    assertThat(known.serves("gateway")).isFalse();
  }

  @Test
  void anotherNodeTellsHowItIs() {
    b.mesh().figure("agents", () -> 17);
    var status =
        await(
            a.mesh()
                .bus()
                .request(Addresses.fabric(b.mesh().nodeId()), new StatusQuery(), PATIENCE));
    assertThat(status.figures()).containsEntry("agents", 17L);
  }

  @Test
  void aThirdNodeIsSeenToComeAndToGoAndBothNodesHearOfIt() {
    List<Integer> heardByA = Collections.synchronizedList(new ArrayList<>());
    a.mesh().listen((before, now) -> heardByA.add(now.nodes().size()));
    TestCluster.Node c = CLUSTER.start("c", "router");
    NodeInfo info = c.mesh().view().me();
    eventually("all three meet", () -> sizeOf(a) == 3 && sizeOf(b) == 3 && sizeOf(c) == 3);
    assertThat(c.mesh().isMet()).isTrue();
    assertThat(a.mesh().isMember(info)).isTrue();
    assertThat(a.mesh().view().inLine("router", "x").size()).isPositive();

    damagedFramesAreCountedAndIgnored(c);

    CLUSTER.stop(c);
    eventually("it is gone", () -> sizeOf(a) == 2 && sizeOf(b) == 2);
    assertThat(a.mesh().isMember(info)).isFalse();
    eventually("a was told last that two are left", () -> heardByA.getLast() == 2);
    assertThat(heardByA).contains(3);
    assertRefused(
        failure(a.mesh().bus().request(Addresses.fabric(info.id()), new StatusQuery(), PATIENCE)),
        ErrorCode.UNAVAILABLE,
        info.id());
  }

  // Frames that are no messages

  /** Writes what the test wants under the name of the mesh's own codec. */
  private record ForgedCodec(Function<Buffer, Buffer> frame)
      implements MessageCodec<Buffer, Buffer> {
    @Override
    public void encodeToWire(Buffer out, Buffer message) {
      out.appendBuffer(frame.apply(message));
    }

    @Override
    public @Nullable Buffer decodeFromWire(int position, Buffer in) {
      return null;
    }

    @Override
    public Buffer transform(Buffer message) {
      return message;
    }

    @Override
    public String name() {
      return MeshCodec.NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private static void damagedFramesAreCountedAndIgnored(TestCluster.Node forger) {
    List<MeshMessage> received = Collections.synchronizedList(new ArrayList<>());
    Address<RouterMessage> address =
        serve(message -> {
          received.add(message);
          return Future.succeededFuture(new Holder(null));
        });
    EventBus bus = forger.mesh().vertx().eventBus();
    byte[] good = MeshWire.encode(new HolderQuery("x"));
    byte[] otherVersion = good.clone();
    otherVersion[0] = 99;
    List<Buffer> forged =
        List.of(
            Buffer.buffer().appendInt(good.length - 1).appendBytes(good, 0, good.length - 1),
            Buffer.buffer().appendInt(otherVersion.length).appendBytes(otherVersion),
            Buffer.buffer().appendInt(5).appendString("hello"),
            Buffer.buffer().appendInt(0),
            Buffer.buffer().appendInt(-1).appendBytes(good),
            Buffer.buffer().appendInt(Integer.MAX_VALUE).appendBytes(good),
            Buffer.buffer().appendByte((byte) 1));
    double before = count(b.registry(), "starling.fabric.undecodable");
    bus.unregisterCodec(MeshCodec.NAME);
    bus.registerCodec(new ForgedCodec(frame -> frame));
    DeliveryOptions options = new DeliveryOptions().setCodecName(MeshCodec.NAME);
    for (Buffer frame : forged) {
      bus.send(address.name(), frame, options);
    }
    eventually(
        "each was counted",
        () -> count(b.registry(), "starling.fabric.undecodable") == before + forged.size());
    bus.unregisterCodec(MeshCodec.NAME);
    bus.registerCodec(new MeshCodec(new BusTraffic(new SimpleMeterRegistry())));
    await(forger.mesh().bus().request(address, new HolderQuery("well-formed"), PATIENCE));
    assertThat(received).containsExactly(new HolderQuery("well-formed"));
  }
}
