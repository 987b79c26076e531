/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The child JVM of {@link KernelFallbackTest}: writes what it chose and whether it works. */
final class KernelProbe {
  private KernelProbe() {}

  /** Writes three lines to the file named by the only argument. */
  public static void main(String[] args) throws IOException {
    String simd = "simd works";
    try {
      var _ = Kernels.simd();
    } catch (IllegalStateException refused) {
      simd = "simd IllegalStateException " + refused.getMessage();
    }
    SimilarityIndex<String> index = new SimilarityIndex<>(17, Kernels.best(), 10);
    float[] fingerprint = new Samples(1).gaussian(17);
    var _ = index.add(fingerprint, "only");
    Hits<String> hits = new Hits<>();
    index.search(fingerprint, 1, hits);
    Files.write(
        Path.of(args[0]),
        List.of("best " + Kernels.best().description(), simd, "hits " + hits.size()));
  }
}
