/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * {@code incoming_outcome} as bytes: a beginning that all receivers share and a short tail for
 * each. The packet's own members are copied as the client wrote them; nothing is serialised again.
 * Stateless.
 */
public final class OutcomeEnvelope {
  private static final byte[] HEAD = ascii("{\"type\":\"incoming_outcome\",\"packet\":");
  private static final byte[] OUTCOME_ID = ascii("{\"outcome_id\":");
  private static final byte[] SOURCE = ascii(",\"source_agent\":");
  private static final byte[] HOPS = ascii(",\"hops\":");
  private static final byte[] SIMILARITY = ascii(",\"similarity\":");

  private OutcomeEnvelope() {}

  /**
   * The packet as it is delivered.
   *
   * @param hops how many syntheses deep it is; written where above 0
   * @param members the client's own members, without braces
   */
  public static byte[] packet(String outcomeId, String source, int hops, RawJson members) {
    byte[] id = JsonOutput.string(outcomeId);
    byte[] agent = JsonOutput.string(source);
    byte[] depth = hops > 0 ? ascii(Integer.toString(hops)) : new byte[0];
    byte[] rest = members.bytes();
    int length = OUTCOME_ID.length + id.length + SOURCE.length + agent.length + 1;
    length += hops > 0 ? HOPS.length + depth.length : 0;
    length += rest.length > 0 ? 1 + rest.length : 0;
    byte[] packet = new byte[length];
    int at = put(packet, 0, OUTCOME_ID);
    at = put(packet, at, id);
    at = put(packet, at, SOURCE);
    at = put(packet, at, agent);
    if (hops > 0) {
      at = put(packet, at, HOPS);
      at = put(packet, at, depth);
    }
    if (rest.length > 0) {
      packet[at++] = ',';
      at = put(packet, at, rest);
    }
    packet[at] = '}';
    return packet;
  }

  /**
   * The client's members with the fingerprint that it left out, and the name of its space where
   * that is not the usual one, so that receivers can compare it.
   */
  public static RawJson withFingerprint(RawJson members, Fingerprint fingerprint) {
    StringBuilder text = new StringBuilder(16 + fingerprint.dimension() * 12);
    text.append("\"fingerprint\":[");
    float[] values = fingerprint.values();
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",").append(values[i]);
    }
    text.append(']');
    if (!fingerprint.space().equals(Integer.toString(values.length)) && !namesSpace(members)) {
      byte[] space = JsonOutput.string(fingerprint.space());
      text.append(",\"space\":").append(new String(space, StandardCharsets.UTF_8));
    }
    if (members.bytes().length > 0) {
      text.append(',').append(members);
    }
    return RawJson.of(text.toString());
  }

  private static boolean namesSpace(RawJson members) {
    byte[] object = ("{" + members + "}").getBytes(StandardCharsets.UTF_8);
    try (JsonInput in = JsonInput.open(object, 0, object.length)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        if (name.equals("space")) {
          return true;
        }
        in.nextToken();
        in.skipValue();
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The end of one receiver's message. */
  public static byte[] tail(double similarity) {
    byte[] digits = ascii(Double.toString(rounded(similarity)));
    byte[] tail = new byte[SIMILARITY.length + digits.length + 1];
    int at = put(tail, 0, SIMILARITY);
    at = put(tail, at, digits);
    tail[at] = '}';
    return tail;
  }

  /** What every receiver's message begins with: all but its {@link #tail}. */
  public static byte[] beginning(byte[] packet) {
    byte[] beginning = Arrays.copyOf(HEAD, HEAD.length + packet.length);
    put(beginning, HEAD.length, packet);
    return beginning;
  }

  /** A similarity as clients see it: rounded to four digits. */
  public static double rounded(double similarity) {
    return Math.round(similarity * 1e4) / 1e4;
  }

  private static int put(byte[] target, int at, byte[] part) {
    System.arraycopy(part, 0, target, at, part.length);
    return at + part.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
