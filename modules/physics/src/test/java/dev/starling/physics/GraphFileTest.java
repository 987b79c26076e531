/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.GraphEdit.Unpin;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that a process leaves at any moment. */
class GraphFileTest {
  private static final int NODES = 6_000;
  private static final int SLOTS = 6_200;
  private static final long TERM = 7;

  @TempDir Path folder;

  private final GraphStore store = new GraphStore(10_000);
  private long sequence;
  private int copies;

  /** Makes some edits, in the graph and in the file; as the simulator does. */
  private void edit(GraphFile file, GraphEdit... edits) throws IOException {
    List.of(edits).forEach(store::apply);
    sequence++;
    file.append(new Edits(TERM, sequence, List.of(edits), true));
    file.force();
  }

  @Test
  void aChangeOfWhichTheEndWasNotWrittenWasNeverMade() throws IOException {
    GraphFile file = new GraphFile(folder.resolve("data"));
    file.load(edits -> {});
    edit(file, new PutNode(0, false, true, "a", ""), new PutNode(1, false, true, "b", ""));
    file.append(new Edits(TERM, 2, List.of(new PutNode(2, false, true, "c", "")), false));
    file.append(new Edits(TERM, 3, List.of(new DropNode(0)), false));
    file.force();
    assertKept();
    file.append(new Edits(TERM + 1, 0, List.of(), true));
    file.close();
    GraphStore read = new GraphStore(100);
    GraphFile again = new GraphFile(folder.resolve("data"));
    GraphKeeper.Loaded loaded = again.load(edits -> edits.forEach(read::apply));
    again.close();
    assertThat(loaded.version()).isEqualTo(new Version(TERM + 1, 0));
    assertThat(all(read)).isEqualTo(all(store));
  }

  @Test
  void aChangeInPartsIsThereOnceItsEndIsWritten() throws IOException {
    GraphFile file = new GraphFile(folder.resolve("data"));
    file.load(edits -> {});
    GraphEdit first = new PutNode(0, false, true, "a", "");
    store.apply(first);
    file.append(new Edits(TERM, 1, List.of(first), false));
    sequence = 1;
    edit(file, new PutNode(1, false, true, "b", ""));
    assertKept();
    file.close();
  }

  private GraphEdit random(Random random) {
    int a = random.nextInt(SLOTS);
    int b = (a + 1 + random.nextInt(SLOTS - 1)) % SLOTS;
    return switch (random.nextInt(6)) {
      case 0 -> new PutNode(a, false, true, "key-" + a + "-" + random.nextInt(3), "");
      case 1 -> new DropNode(a);
      case 2 -> new DropEdge(a, b);
      case 3 -> new Pin(a, 1, 2, 3);
      case 4 -> new Unpin(a);
      default -> {
        float weight = 1 + random.nextInt(100);
        yield new PutEdge(a, b, weight, weight);
      }
    };
  }

  /** What a node that starts after a crash at this moment would have. */
  private void assertKept() throws IOException {
    copies++;
    Path copy = Files.createDirectories(folder.resolve("copy-" + copies));
    try (Stream<Path> files = Files.list(folder.resolve("data"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    GraphStore read = new GraphStore(10_000);
    GraphFile file = new GraphFile(copy);
    GraphKeeper.Loaded loaded = file.load(edits -> edits.forEach(read::apply));
    file.close();
    assertThat(loaded.version()).isEqualTo(new Version(TERM, sequence));
    assertThat(all(read)).isEqualTo(all(store));
  }

  private static Set<GraphEdit> all(GraphStore store) {
    Set<GraphEdit> all = new HashSet<>();
    int from = 0;
    do {
      Pages.Page page = Pages.of(store, from);
      all.addAll(page.edits());
      from = page.next();
    } while (from != Pages.NO_MORE);
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatWasWrittenIsThereAtAnyMomentWhileAllIsWrittenAnew(long seed) throws IOException {
    Random random = new Random(seed);
    GraphFile file = new GraphFile(folder.resolve("data"));
    file.load(edits -> {});
    List<GraphEdit> first = new ArrayList<>();
    for (int slot = 0; slot < NODES; slot++) {
      first.add(new PutNode(slot, false, true, "key-" + slot + "-0", "label"));
      if (slot > 0) {
        first.add(new PutEdge(slot - 1, slot, 2, 2));
      }
    }
    edit(file, first.toArray(GraphEdit[]::new));
    assertKept();

    file.begin();
    assertKept();
    int from = 0;
    int pages = 0;
    while (from != Pages.NO_MORE) {
      for (int i = 0; i < 200; i++) {
        edit(file, random(random));
      }
      Pages.Page page = Pages.of(store, from);
      file.add(new Page(TERM, sequence, page.next(), page.edits(), null));
      assertKept();
      from = page.next();
      pages++;
    }
    edit(file, random(random));
    file.end(false);
    assertKept();
    edit(file, random(random));
    assertKept();
    assertThat(pages).isGreaterThan(2);
    file.close();
  }
}
