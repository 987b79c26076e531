/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed requests and sends over the event bus, which delivers at most once, in order from one
 * sender to one address, and promises nothing when a node dies. Safe from any thread; answers come
 * on the caller's context.
 */
public final class MeshBus {
  private static final Logger LOG = LoggerFactory.getLogger(MeshBus.class);
  private static final DeliveryOptions ONE_WAY = new DeliveryOptions().setCodecName(MeshCodec.NAME);

  private final EventBus bus;
  private final String self;
  private final PeerQueues queues;

  /**
   * Call once per {@code vertx}, before anything is served on it.
   *
   * @param self this node's id
   * @param peerQueue bytes that may wait for one other node
   */
  MeshBus(Vertx vertx, String self, long peerQueue, MeterRegistry registry) {
    this.bus = vertx.eventBus();
    this.self = self;
    this.queues = new PeerQueues(peerQueue, registry);
    bus.registerCodec(new MeshCodec(new BusTraffic(registry)));
    // Nothing but our own messages is made from a peer's bytes.
    bus.serializableChecker(className -> false);
    bus.clusterSerializableChecker(className -> false);
  }

  /**
   * Asks and waits for the answer.
   *
   * @return the answer, or a {@link RefusalException}: the service's own, TIMEOUT, or UNAVAILABLE
   *     where nobody serves the address
   */
  public <R extends MeshMessage, Q extends MeshMessage & Asks<R>> Future<R> request(
      Address<? super Q> to, Q message, Duration timeout) {
    DeliveryOptions options =
        new DeliveryOptions().setCodecName(MeshCodec.NAME).setSendTimeout(timeout.toMillis());
    return bus.<MeshMessage>request(to.name(), message, options)
        .map(reply -> message.answer().cast(reply.body()))
        .recover(failure -> Future.failedFuture(refusal(to, failure)));
  }

  /**
   * Sends without an answer. What does not leave for another node is counted.
   *
   * @return false where too much waits for that node already, and the message was dropped
   */
  public <Q extends MeshMessage> boolean send(Address<? super Q> to, Q message) {
    String node = to.node();
    if (node.equals(self)) {
      bus.send(to.name(), message, ONE_WAY);
      return true;
    }
    int weight = message.weight();
    if (!queues.enter(node, weight)) {
      return false;
    }
    bus.<MeshMessage>sender(to.name(), ONE_WAY)
        .write(message)
        .onComplete(written -> queues.leave(node, weight, written.succeeded()));
    return true;
  }

  /**
   * Serves an address on the caller's context until the consumer is unregistered.
   *
   * @return the consumer, once every node knows of it
   */
  public <Q extends MeshMessage> Future<MessageConsumer<MeshMessage>> serve(
      Address<Q> address, Service<Q> service) {
    MessageConsumer<MeshMessage> consumer =
        bus.consumer(address.name(), message -> handle(address, service, message));
    return consumer.completion().map(consumer);
  }

  private static <Q extends MeshMessage> void handle(
      Address<Q> address, Service<Q> service, Message<MeshMessage> message) {
    Future<? extends MeshMessage> answer;
    try {
      answer = service.handle(address.accepts().cast(message.body()));
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    if (answer != null) {
      answer.onComplete(
          reply -> message.reply(reply, ONE_WAY), failure -> refuse(address, message, failure));
    }
  }

  /** The body is not looked at again: where it could not be read, reading it would fail anew. */
  private static void refuse(Address<?> address, Message<MeshMessage> message, Throwable failure) {
    if (failure instanceof RefusalException refusal) {
      message.fail(refusal.code().number(), RefusalText.of(refusal));
      return;
    }
    LOG.error("{} failed on a message", address.name(), failure);
    message.fail(ErrorCode.INTERNAL.number(), address.name() + " failed");
  }

  private static RefusalException refusal(Address<?> to, Throwable failure) {
    return switch (failure) {
      case RefusalException already -> already;
      case ReplyException reply ->
          switch (reply.failureType()) {
            case TIMEOUT ->
                new RefusalException(ErrorCode.TIMEOUT, to.name() + " did not answer in time");
            case NO_HANDLERS ->
                new RefusalException(ErrorCode.UNAVAILABLE, "nobody serves " + to.name());
            case RECIPIENT_FAILURE ->
                RefusalText.parse(
                    ErrorCode.of(reply.failureCode()), String.valueOf(reply.getMessage()));
            case ERROR -> internal(to, failure);
          };
      default -> internal(to, failure);
    };
  }

  private static RefusalException internal(Address<?> to, Throwable failure) {
    LOG.error("request to {} failed", to.name(), failure);
    return new RefusalException(ErrorCode.INTERNAL, "request to " + to.name() + " failed");
  }
}
