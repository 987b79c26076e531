/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import dev.starling.protocol.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The golden frames that the tests of the JavaScript client read too. */
final class FrameFixtures {
  private static final Map<String, @Nullable Object> ALL = read();

  private FrameFixtures() {}

  private static Map<String, @Nullable Object> read() {
    try (InputStream in = FrameFixtures.class.getResourceAsStream("frames.json")) {
      return JsonTree.object(Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One frame, with the nodes that it is made of. */
  record Fixture(Map<String, @Nullable Object> members) {
    Object get(String name) {
      return Objects.requireNonNull(members.get(name), name);
    }

    int integer(String name) {
      return ((Double) get(name)).intValue();
    }

    byte[] bytes() {
      return HexFormat.of().parseHex(((String) get("hex")).replace(" ", ""));
    }

    private List<Fixture> nodes() {
      return list(get("nodes"));
    }

    LayoutBlock block(long tick) {
      List<Fixture> nodes = nodes();
      int[] ids =
          nodes.stream()
              .mapToInt(node ->
                  node.integer("id") | (node.get("isAgent").equals(true) ? LayoutBlock.AGENT : 0))
              .toArray();
      return new LayoutBlock(1, tick, true, ids, planes("place"), planes("velocity"));
    }

    private float[] planes(String name) {
      List<Fixture> nodes = nodes();
      float[] planes = new float[3 * nodes.size()];
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).members().get(name) instanceof List<?> axes) {
          for (int axis = 0; axis < 3; axis++) {
            planes[axis * nodes.size() + i] =
                ((Double) Objects.requireNonNull(axes.get(axis))).floatValue();
          }
        }
      }
      return planes;
    }

    /** The paths, in columns that reach as far as a low slot needs. */
    SourcePaths paths() {
      float[] distances = new float[8];
      int[] parents = new int[8];
      Arrays.fill(distances, Float.POSITIVE_INFINITY);
      Arrays.fill(parents, -1);
      for (Fixture node : nodes()) {
        if (node.members().get("distance") instanceof Double distance) {
          distances[node.integer("id")] = distance.floatValue();
          parents[node.integer("id")] = node.integer("parent");
        }
      }
      int source = integer("source");
      return new SourcePaths(source, new PathColumns(1, 1, source, distances, parents));
    }

    @Override
    public String toString() {
      return (String) get("name");
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Fixture> list(Object value) {
    return ((List<Map<String, @Nullable Object>>) value).stream().map(Fixture::new).toList();
  }

  /** Frames of protocols 1 and 2. */
  static List<Fixture> rows() {
    return list(Objects.requireNonNull(ALL.get("rows")));
  }

  /** Frames of protocol 3, one after the other. */
  static List<Fixture> stream() {
    return list(Objects.requireNonNull(ALL.get("stream")));
  }
}
