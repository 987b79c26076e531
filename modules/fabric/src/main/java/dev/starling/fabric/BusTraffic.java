/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.MeshMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what travels on the bus, by message. Thread-safe. */
final class BusTraffic {
  private final MeterRegistry registry;
  private final Map<Class<?>, Counter> local = new ConcurrentHashMap<>();
  private final Map<Class<?>, Counter> sent = new ConcurrentHashMap<>();
  private final Map<Class<?>, Counter> received = new ConcurrentHashMap<>();
  private final Counter sentBytes;
  private final Counter receivedBytes;
  private final Counter undecodable;

  BusTraffic(MeterRegistry registry) {
    this.registry = registry;
    this.sentBytes = bytes("sent");
    this.receivedBytes = bytes("received");
    this.undecodable =
        Counter.builder("starling.fabric.undecodable")
            .description("Bus messages dropped because they were damaged or of another version")
            .register(registry);
  }

  void passedLocally(MeshMessage message) {
    local.computeIfAbsent(message.getClass(), type -> counter("local", type)).increment();
  }

  void sent(MeshMessage message, int bytes) {
    sent.computeIfAbsent(message.getClass(), type -> counter("sent", type)).increment();
    sentBytes.increment(bytes);
  }

  void received(MeshMessage message, int bytes) {
    received.computeIfAbsent(message.getClass(), type -> counter("received", type)).increment();
    receivedBytes.increment(bytes);
  }

  void undecodable() {
    undecodable.increment();
  }

  private Counter counter(String direction, Class<?> type) {
    return Counter.builder("starling.fabric.messages")
        .description("Messages on the bus")
        .tag("direction", direction)
        .tag("message", type.getSimpleName())
        .register(registry);
  }

  private Counter bytes(String direction) {
    return Counter.builder("starling.fabric.bytes")
        .description("Message bodies between nodes")
        .baseUnit("bytes")
        .tag("direction", direction)
        .register(registry);
  }
}
