/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything a client may say in the console's dialect. */
public sealed interface FlowClientMessage {

  /** What a reply to this message repeats as {@code id}; a JSON string or number. */
  @Nullable RawJson id();

  /**
   * Says who the session belongs to.
   *
   * @param token a JSON Web Token; never to be logged
   * @param pubkey compared with the token's where both are there
   */
  record Auth(@Nullable RawJson id, String token, @Nullable String pubkey)
      implements FlowClientMessage {
    @Override
    public String toString() {
      return "Auth[id=" + id + "]";
    }
  }

  /** Asks for events from now on, beside those that the session has. */
  record Subscribe(@Nullable RawJson id, Set<Event> events) implements FlowClientMessage {
    public Subscribe {
      events = Set.copyOf(events);
    }
  }

  /** Asks for events no more. */
  record Unsubscribe(@Nullable RawJson id, Set<Event> events) implements FlowClientMessage {
    public Unsubscribe {
      events = Set.copyOf(events);
    }
  }

  /** Asks to change a setting. */
  record Settings(@Nullable RawJson id, SettingUpdate update) implements FlowClientMessage {}

  /** Asks to change settings, all of them or none. */
  record SettingsBatch(@Nullable RawJson id, List<SettingUpdate> updates)
      implements FlowClientMessage {
    public SettingsBatch {
      updates = List.copyOf(updates);
    }
  }

  /**
   * Tells what a person did to a node.
   *
   * @param position where to; null where the action needs none
   */
  record GraphInteraction(
      @Nullable RawJson id, NodeAction action, NodeRef node, @Nullable Position position)
      implements FlowClientMessage {}

  /** Tells an agent to do something. */
  record AgentControl(@Nullable RawJson id, ControlAction action, String agentId)
      implements FlowClientMessage {}

  /** Wants an agent started. */
  record AgentSpawn(@Nullable RawJson id, SpawnRequest request) implements FlowClientMessage {}

  /**
   * Wants something done.
   *
   * @param taskId the client's own id for it, by which it may ask again; null for one of the mesh's
   */
  record TaskSubmit(@Nullable RawJson id, @Nullable String taskId, TaskRequest request)
      implements FlowClientMessage {}

  /** Takes a task back. */
  record TaskCancel(@Nullable RawJson id, String taskId) implements FlowClientMessage {}

  /**
   * What the agent of this session says of a task that it was given.
   *
   * @param attempt as it came with the task
   */
  record TaskReport(@Nullable RawJson id, String taskId, int attempt, TaskStep step)
      implements FlowClientMessage {}

  /**
   * Something said or written to the mesh; one of {@code command} and {@code audio} at least.
   *
   * @param command the words; they hold where there is audio too
   * @param sessionId the conversation that it belongs to, up to the client
   * @param userId who says it, up to the client
   */
  record VoiceCommand(
      @Nullable RawJson id,
      @Nullable String command,
      @Nullable Audio audio,
      @Nullable String sessionId,
      @Nullable String userId)
      implements FlowClientMessage {}

  /**
   * Binary messages from now on are speech: 16-bit PCM, mono.
   *
   * @param sampleRate in Hz, 8000–48 000
   */
  record VoiceStart(@Nullable RawJson id, @Nullable String sessionId, int sampleRate)
      implements FlowClientMessage {}

  /** The speech ends here. */
  record VoiceStop(@Nullable RawJson id, @Nullable String sessionId) implements FlowClientMessage {}
}
