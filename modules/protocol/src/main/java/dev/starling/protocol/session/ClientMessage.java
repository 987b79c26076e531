/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.session;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowClientMessage;
import dev.starling.protocol.qis.QisClientMessage;
import org.jspecify.annotations.Nullable;

/** A message of a client, in the dialect that its type belongs to. */
public sealed interface ClientMessage {

  /** What a reply to this message repeats as {@code id}; null where there is nothing to repeat. */
  @Nullable RawJson id();

  /** One of agents: registration, outcomes, queries, pings. */
  record Qis(QisClientMessage message) implements ClientMessage {
    @Override
    public @Nullable RawJson id() {
      return message.id();
    }
  }

  /** One of the console's dialect. */
  record Flow(FlowClientMessage message) implements ClientMessage {
    @Override
    public @Nullable RawJson id() {
      return message.id();
    }
  }
}
