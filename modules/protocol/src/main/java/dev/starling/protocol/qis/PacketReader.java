/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one packet and cuts out the members that the mesh writes itself, every occurrence of them,
 * however their names are escaped: what is left is forwarded byte for byte. Used once.
 */
final class PacketReader {
  private static final int MAX_HOPS = 1_000_000;

  private final byte[] bytes;
  private final JsonInput in;
  private final ByteArrayOutputStream earlierRuns = new ByteArrayOutputStream(0);
  private int runStart = -1;
  private int runEnd;

  private @Nullable String outcomeId;
  private float @Nullable [] values;
  private @Nullable String space;
  private List<String> derivedFrom = List.of();
  private int hops;

  /** {@code in} stands at the packet's opening brace and reads {@code bytes}. */
  PacketReader(byte[] bytes, JsonInput in) {
    this.bytes = bytes;
    this.in = in;
  }

  OutcomePacket read() throws IOException {
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      int memberStart = in.nameStart();
      in.nextToken();
      if (member(name)) {
        in.finishToken();
        keep(memberStart, in.position());
      } else {
        closeRun();
      }
    }
    return new OutcomePacket(
        outcomeId, QisReader.inSpace(values, space), derivedFrom, hops, members());
  }

  /** Reads one member; false if it is one that the mesh writes. */
  private boolean member(String name) throws IOException {
    switch (name) {
      case "outcome_id" -> {
        String given = Fields.text(in, "packet.outcome_id", QisReader.MAX_NAME);
        outcomeId = given == null || given.isEmpty() ? null : given;
        return false;
      }
      case "source_agent" -> {
        in.skipValue();
        return false;
      }
      case "hops" -> {
        hops = Fields.whole(in, "packet.hops", 0, MAX_HOPS, 0);
        return false;
      }
      case "fingerprint" -> {
        float[] given = QisReader.fingerprint(in, "packet.fingerprint");
        values = given != null ? given : values;
        return given != null;
      }
      case "space" -> space = Fields.text(in, "packet.space", QisReader.MAX_NAME);
      case "confidence" -> requireConfidence();
      case "timestamp" -> Fields.number(in, "packet.timestamp");
      case "derived_from" ->
          derivedFrom =
              Fields.texts(
                  in, "packet.derived_from", OutcomePacket.MAX_PARENTS, QisReader.MAX_NAME);
      default -> in.skipValue();
    }
    return true;
  }

  private void requireConfidence() throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    in.requireJsonNumber();
    boolean isNumber = in.currentToken().isNumeric();
    double confidence = isNumber ? in.getDoubleValue() : Double.NaN;
    if (!(confidence >= 0 && confidence <= 1)) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_CONFIDENCE,
          "packet.confidence",
          "a number from 0 to 1",
          isNumber ? Double.toString(confidence) : in.describe());
    }
  }

  private void keep(int from, int to) {
    runStart = runStart < 0 ? from : runStart;
    runEnd = to;
  }

  private void closeRun() {
    if (runStart >= 0) {
      separate();
      earlierRuns.write(bytes, runStart, runEnd - runStart);
      runStart = -1;
    }
  }

  private void separate() {
    if (earlierRuns.size() > 0) {
      earlierRuns.write(',');
    }
  }

  private RawJson members() {
    if (earlierRuns.size() == 0) {
      return runStart < 0 ? new RawJson(new byte[0]) : RawJson.copyOf(bytes, runStart, runEnd);
    }
    closeRun();
    return new RawJson(earlierRuns.toByteArray());
  }
}
