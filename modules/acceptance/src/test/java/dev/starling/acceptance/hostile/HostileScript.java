/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * All that one hostile peer does, from its handshake to its end. The same seed and number make the
 * same script.
 *
 * @param seed of the run
 * @param number of the script in the run
 * @param path of the socket, with its query
 * @param isAgentPort whether it is the agents' port that it connects to
 * @param deflate whether permessage-deflate is offered and must be agreed on
 * @param mayEnd close codes that the server may use at any time, beside that of the last piece
 * @param ending what the peer does at the end, where the server has not closed
 */
record HostileScript(
    long seed,
    int number,
    String path,
    boolean isAgentPort,
    boolean deflate,
    List<Piece> pieces,
    Pace pace,
    Set<Integer> mayEnd,
    Ending ending) {

  /** How pieces become writes. */
  enum Pace {
    /** All in one go. */
    AT_ONCE,
    /** Each by itself. */
    ONE_BY_ONE,
    /** In chunks of a few bytes, whatever they cut apart. */
    IN_CRUMBS
  }

  /** How the peer leaves a session that lives. */
  enum Ending {
    /** It waits for an answer and closes as it should. */
    CLOSE,
    /** It resets the connection amid a frame. */
    RESET,
    /** It ends its half of the connection amid a frame. */
    HALF_CLOSE
  }

  private static final List<String> PATHS =
      List.of("/ws", "/ws/voice", "/ws/agents", "/ws/analytics", "/ws/qis", "/");

  private static final List<String> QUERIES =
      List.of("", "", "?compression=deflate", "?compression=zlib", "?compression=none", "?x=y&=&&");

  private static final int MOST_PIECES = 110;
  private static final int MOST_SHOWN = 600;

  /** The script of a number. */
  static HostileScript of(long seed, int number, int maxMessage, Set<Integer> mayEnd) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    String path = PATHS.get(random.nextInt(PATHS.size()));
    String query = QUERIES.get(random.nextInt(QUERIES.size()));
    boolean isForAgents = path.equals("/") || path.equals("/ws/qis");
    boolean isOffered = random.nextBoolean();
    boolean deflate =
        isOffered
            && (query.endsWith("=deflate") || (!isForAgents && !query.startsWith("?compression")));
    Set<Integer> ends = new TreeSet<>(mayEnd);
    boolean withAuth = random.nextInt(12) == 0;
    if (withAuth) {
      ends.add(4000);
    }
    HostileFrames frames = new HostileFrames(random, deflate, maxMessage);
    HostileTexts texts = new HostileTexts(random);
    boolean isFatal = random.nextInt(5) < 3;
    return new HostileScript(
        seed,
        number,
        path + query,
        path.equals("/"),
        deflate,
        pieces(random, frames, texts, withAuth, isFatal),
        pace(random),
        ends,
        ending(random));
  }

  private static List<Piece> pieces(
      SplittableRandom random,
      HostileFrames frames,
      HostileTexts texts,
      boolean withAuth,
      boolean isFatal) {
    List<Piece> pieces = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      pieces.add(frames.text(texts.register()));
    }
    int most = 1 + (random.nextBoolean() ? random.nextInt(MOST_PIECES) : random.nextInt(6));
    while (pieces.size() < most && (pieces.isEmpty() || !pieces.getLast().isLast())) {
      boolean isNoise = random.nextInt(25) == 0;
      boolean isAuth = withAuth && random.nextInt(4) == 0;
      pieces.add(isNoise ? frames.noise() : frames.text(isAuth ? texts.auth() : texts.message()));
    }
    if (isFatal && !pieces.getLast().isLast()) {
      pieces.add(frames.fatal());
    }
    return pieces;
  }

  private static Pace pace(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> Pace.IN_CRUMBS;
      case 1, 2 -> Pace.ONE_BY_ONE;
      default -> Pace.AT_ONCE;
    };
  }

  private static Ending ending(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> Ending.RESET;
      case 1 -> Ending.HALF_CLOSE;
      default -> Ending.CLOSE;
    };
  }

  /** Whether the server is to close the session. */
  boolean isFatal() {
    return pieces.getLast().isLast();
  }

  /** Close codes that the server may use. */
  Set<Integer> ends() {
    Set<Integer> all = new TreeSet<>(mayEnd);
    all.addAll(pieces.getLast().ends());
    return all;
  }

  /** The same with one piece alone. */
  HostileScript only(Piece piece) {
    return new HostileScript(
        seed,
        number,
        path,
        isAgentPort,
        deflate,
        List.of(piece),
        Pace.AT_ONCE,
        mayEnd,
        Ending.CLOSE);
  }

  /** How to do it again. */
  String reproduction() {
    StringBuilder text = new StringBuilder();
    text.append("-Dstarling.fuzz.seed=")
        .append(seed)
        .append(" -Dstarling.fuzz.only=")
        .append(number);
    text.append("\n  ").append(isAgentPort ? "agents' port " : "HTTP port ").append(path);
    text.append(deflate ? ", with permessage-deflate" : "").append(", ").append(pace);
    text.append(", ").append(ending).append(", may end with ").append(ends());
    for (Piece piece : pieces) {
      String hex = HexFormat.of().formatHex(piece.bytes());
      boolean isLong = hex.length() > MOST_SHOWN;
      text.append("\n  ").append(piece.what()).append("\n    ");
      text.append(isLong ? hex.substring(0, MOST_SHOWN) + "…" : hex);
    }
    return text.toString();
  }
}
