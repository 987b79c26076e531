/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.Audio;
import dev.starling.protocol.mesh.VoiceMessage.Command;
import dev.starling.protocol.mesh.VoiceMessage.Hush;
import dev.starling.protocol.mesh.VoiceMessage.Listen;
import dev.starling.protocol.mesh.VoiceMessage.Listening;
import dev.starling.protocol.mesh.VoiceMessage.Response;
import org.jspecify.annotations.Nullable;

/** Fields of {@link VoiceMessage}s on the wire. */
final class VoiceWire {
  private VoiceWire() {}

  static void write(WireWriter out, VoiceMessage message) {
    switch (message) {
      case Command command -> command(out, command);
      case Response response -> out.json(response.response()).optionalText(response.audioUrl());
      case Listen listen ->
          out.text(listen.session())
              .optionalText(listen.conversation())
              .number(listen.sampleRate());
      case Hush hush -> out.text(hush.session());
      case Listening listening -> out.flag(listening.listening());
    }
  }

  static VoiceMessage read(WireReader in, int number) {
    return switch (number) {
      case 601 ->
          new Command(
              in.text(), in.optionalText(), in.optionalText(), audio(in), in.text(), in.texts());
      case 602 -> new Response(in.json(), in.optionalText());
      case 603 -> new Listen(in.text(), in.optionalText(), in.integer());
      case 604 -> new Hush(in.text());
      case 605 -> new Listening(in.flag());
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void command(WireWriter out, Command command) {
    out.text(command.session())
        .optionalText(command.conversation())
        .optionalText(command.command());
    Audio audio = command.audio();
    out.flag(audio != null);
    if (audio != null) {
      out.bytes(audio.bytes()).text(audio.format());
    }
    out.text(command.subject()).texts(command.permissions());
  }

  private static @Nullable Audio audio(WireReader in) {
    return in.flag() ? new Audio(in.bytes(), in.text()) : null;
  }
}
