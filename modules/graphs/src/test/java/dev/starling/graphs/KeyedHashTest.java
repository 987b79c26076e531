/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedHashTest {

  private static KeyedHash hash(long seed) {
    return new KeyedHash(new Random(seed));
  }

  /** The low bits, by which tables go, of what clients might choose; as spread as at random. */
  private static void assertSpread(Set<Long> hashes, int texts) {
    assertThat(hashes).hasSize(texts);
    long homes = hashes.stream().map(hash -> hash & 0xFFFF).distinct().count();
    double expected = 0x10000 * -Math.expm1(texts * Math.log1p(-1.0 / 0x10000));
    assertThat((double) homes).isBetween(0.95 * expected, 1.05 * expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void keysThatCollideAsStringsDoNotCollide(long seed) {
    KeyedHash hash = hash(seed);
    Set<Long> hashes = new HashSet<>();
    Samples.collidingKeys(20_000).forEach(key -> hashes.add(hash.of(key)));
    assertSpread(hashes, 20_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void keysThatCountDoNotCluster(long seed) {
    KeyedHash hash = hash(seed);
    Set<Long> ofTexts = new HashSet<>();
    Set<Long> ofNumbers = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      ofTexts.add(hash.of("node-" + i));
      ofNumbers.add(hash.of(i << 10));
    }
    assertSpread(ofTexts, 20_000);
    assertSpread(ofNumbers, 20_000);
  }

  /** The texts of Thue and Morse, which collide in every base where remainders are by 2^64. */
  @Test
  void thereAreNoTextsThatCollideInEveryBase() {
    StringBuilder text = new StringBuilder();
    StringBuilder inverse = new StringBuilder();
    for (int i = 0; i < 1 << 12; i++) {
      boolean isOdd = Integer.bitCount(i) % 2 == 1;
      text.append(isOdd ? 'b' : 'a');
      inverse.append(isOdd ? 'a' : 'b');
    }
    assertThat(hash(1).of(text.toString())).isNotEqualTo(hash(1).of(inverse.toString()));
  }

  @Test
  void everyUnitAndHowManyThereAreCount() {
    List<String> texts =
        List.of("", "\0", "\0\0", "a", "a\0", "\0a", "ab", "ba", "\uFFFF", "\uFFFF\uFFFF", "aa");
    assertThat(texts.stream().map(hash(5)::of).distinct()).hasSameSizeAs(texts);
  }

  @Test
  void nobodyCanForeseeIt() {
    assertThat(IntStream.range(0, 100).mapToLong(i -> KeyedHash.drawn().of("key")).distinct())
        .hasSize(100);
    assertThat(hash(7).of("key")).isEqualTo(hash(7).of("key"));
  }
}
