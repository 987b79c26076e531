/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path temporary;

  @Test
  void oneNodeAtATimeHasAFolder() throws StartException {
    Path folder = temporary.resolve("deep/data");
    try (DataFolder taken = DataFolder.take(folder)) {
      assertThat(taken).isNotNull();
      assertThatThrownBy(() -> DataFolder.take(folder))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "cannot use "
                  + folder
                  + " (node.data): another node uses it, and each needs a folder of its own;"
                  + " another folder is set with --set node.data=FOLDER");
    }
    DataFolder.take(folder).close();
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedWithTheReason() throws IOException {
    Path file = Files.writeString(temporary.resolve("afile"), "a file");
    for (Path folder : new Path[] {file.resolve("x"), file, Path.of("/proc/x")}) {
      assertThatThrownBy(() -> DataFolder.take(folder))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("cannot use " + folder + " (node.data): ")
          .hasMessageNotContainingAny("Exception", "null");
    }
    assertThatThrownBy(() -> DataFolder.take(file)).hasMessageContaining(file + " is no folder;");
  }
}
