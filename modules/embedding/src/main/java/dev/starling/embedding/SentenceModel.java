/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * A sentence transformer in memory: MiniLM with six layers and 8-bit weights, as its Maven artefact
 * has it. One thread at a time.
 */
final class SentenceModel implements AutoCloseable {
  /** How many numbers it gives a text. */
  static final int DIMENSION = 384;

  /** Pieces that the model was made to see at a time, its two marks included. */
  static final int WINDOW = 256;

  private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
  private static final int MARKS = 2;

  private final WordPieces pieces;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private SentenceModel(WordPieces pieces, OrtEnvironment environment, OrtSession session) {
    this.pieces = pieces;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Loads the model, which takes about a second and some hundred megabytes outside the heap.
   *
   * @param threads that work on one text at a time, 1 for the caller's alone
   */
  static SentenceModel load(int threads) throws IOException, OrtException {
    WordPieces pieces;
    try (InputStream in = resource(TOKENIZER)) {
      pieces = WordPieces.read(in);
    }
    OrtEnvironment environment = RuntimeLibrary.load();
    environment.setTelemetry(false);
    try (SessionOptions options = new SessionOptions();
        InputStream in = resource(MODEL)) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // Texts differ in length: what an arena keeps for each length is never given back.
      options.setCPUArenaAllocator(false);
      options.setMemoryPatternOptimization(false);
      return new SentenceModel(
          pieces, environment, environment.createSession(in.readAllBytes(), options));
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = SentenceModel.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException(name + " is missing from the class path");
    }
    return in;
  }

  /**
   * The fingerprint of a text, of length 1; zeros for a text of blanks. A text of more than {@link
   * #WINDOW} pieces is cut into windows of equal size, and what they say is averaged.
   *
   * <p>One text at a time: the 8-bit weights are multiplied on a scale that all of an input shares,
   * so that in a batch a text's fingerprint would depend on its neighbours.
   */
  float[] embed(String text) throws OrtException {
    int[] all = pieces.of(text);
    int windows = Math.ceilDiv(all.length, WINDOW - MARKS);
    float[] sum = new float[DIMENSION];
    for (int i = 0; i < windows; i++) {
      int from = (int) ((long) all.length * i / windows);
      int to = (int) ((long) all.length * (i + 1) / windows);
      float[] one = embedWindow(Arrays.copyOfRange(all, from, to));
      UnitVector.scale(one);
      for (int d = 0; d < DIMENSION; d++) {
        sum[d] += one[d] * (to - from);
      }
    }
    UnitVector.scale(sum);
    return sum;
  }

  private float[] embedWindow(int[] window) throws OrtException {
    int length = window.length + MARKS;
    long[] numbers = new long[length];
    numbers[0] = pieces.number(WordPieces.FIRST);
    for (int i = 0; i < window.length; i++) {
      numbers[i + 1] = window[i];
    }
    numbers[length - 1] = pieces.number(WordPieces.LAST);
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    try (OnnxTensor ids = row(numbers);
        OnnxTensor mask = row(ones);
        OnnxTensor types = row(new long[length]);
        Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return mean(result.get(0), length);
    }
  }

  private OnnxTensor row(long[] numbers) throws OrtException {
    return OnnxTensor.createTensor(environment, new long[][] {numbers});
  }

  /** The mean over all pieces, which is what the model was trained to be compared by. */
  private static float[] mean(OnnxValue hidden, int length) {
    FloatBuffer values = ((OnnxTensor) hidden).getFloatBuffer();
    float[] mean = new float[DIMENSION];
    for (int i = 0; i < length; i++) {
      for (int d = 0; d < DIMENSION; d++) {
        mean[d] += values.get(i * DIMENSION + d) / length;
      }
    }
    return mean;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the model cannot be closed", e);
    }
  }
}
