/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Audio;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What those who understand speech are asked, and what they answer. */
public sealed interface VoiceMessage extends MeshMessage {

  /**
   * Something said or written to the mesh; one of {@code command} and {@code audio} at least.
   *
   * @param session the socket's session
   * @param conversation what questions back belong to; null where the client names none
   * @param subject who says so; empty for a session without a token
   * @param permissions what that subject may do
   */
  record Command(
      String session,
      @Nullable String conversation,
      @Nullable String command,
      @Nullable Audio audio,
      String subject,
      List<String> permissions)
      implements VoiceMessage, Asks<Response> {
    public Command {
      permissions = List.copyOf(permissions);
    }

    @Override
    public Class<Response> answer() {
      return Response.class;
    }

    @Override
    public int weight() {
      return 256 + (audio == null ? 0 : audio.bytes().length);
    }
  }

  /**
   * What became of it.
   *
   * @param response an object with intent, success, message and data
   * @param audioUrl where the spoken answer is; null where there is none
   */
  record Response(RawJson response, @Nullable String audioUrl) implements VoiceMessage {}

  /** The session's binary messages are speech from now on; {@code sampleRate} in Hz. */
  record Listen(String session, @Nullable String conversation, int sampleRate)
      implements VoiceMessage, Asks<Listening> {
    @Override
    public Class<Listening> answer() {
      return Listening.class;
    }
  }

  /** The session's speech ends. */
  record Hush(String session) implements VoiceMessage, Asks<Listening> {
    @Override
    public Class<Listening> answer() {
      return Listening.class;
    }
  }

  /** Whether the session is listened to now. */
  record Listening(boolean listening) implements VoiceMessage {}
}
