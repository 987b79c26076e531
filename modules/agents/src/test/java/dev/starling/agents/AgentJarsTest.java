/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentHandle;
import dev.starling.testkit.AgentJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentJarsTest {
  @TempDir private Path folder;

  private void agent(String name, String kind, String constructor) {
    AgentJar.compiled(folder, name, source(name, constructor, kind));
  }

  private static String source(String name, String constructor, String kind) {
    return """
    package made;

    import dev.starling.agent.sdk.*;

    public final class %s extends Agent {
      public %s() { %s }

      @Override protected AgentProfile profile() { return AgentProfile.of("%s"); }
    }
    """
        .formatted(name, name, constructor, kind);
  }

  @Test
  void kindsAreFoundInTheOrderOfTheirJars() throws IOException {
    agent("Second", "two", "");
    agent("First", "one", "");

    AgentJars.Found found = AgentJars.in(folder);

    assertThat(found.faults()).isEmpty();
    assertThat(found.kinds()).extracting(AgentKind::kind).containsExactly("one", "two");
    assertThat(found.kinds().getFirst().origin()).isEqualTo("First.jar");
    Agent made = found.kinds().getFirst().maker().get();
    assertThat(new AgentHandle(made).profile().kind()).isEqualTo("one");
    assertThat(found.kinds().getFirst().maker().get()).isNotSameAs(made);
  }

  @Test
  void aJarSeesTheSdkAndNothingElseOfTheNode() throws IOException {
    agent(
        "Nosy",
        "nosy",
        "try { Class.forName(\"dev.starling.agents.AgentsVerticle\"); }"
            + " catch (ClassNotFoundException e) { throw new IllegalStateException(\"hidden\"); }");

    assertThat(AgentJars.in(folder).faults())
        .singleElement()
        .asString()
        .startsWith("agents of Nosy.jar are left out")
        .contains("hidden");
  }

  @Test
  void anAgentIsMadeWithTheClassLoaderOfItsJarAsItsThreads() throws IOException {
    agent(
        "Looking",
        "looking",
        "if (Thread.currentThread().getContextClassLoader() != getClass().getClassLoader())"
            + " throw new IllegalStateException(\"another\");");
    ClassLoader mine = Thread.currentThread().getContextClassLoader();

    AgentJars.Found found = AgentJars.in(folder);

    assertThat(found.faults()).isEmpty();
    assertThat(found.kinds().getFirst().make().profile().kind()).isEqualTo("looking");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(mine);
  }

  @Test
  void anAgentThatIsNeverMadeOrDiesOfAnErrorKeepsNoOtherAway() throws IOException {
    agent(
        "Endless",
        "endless",
        "java.util.concurrent.locks.LockSupport.park(); "
            + "for (;;) {"
            + " java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000L); }");
    agent("Good", "good", "");
    AgentJar.compiled(
        folder,
        "Wrong",
        source("Wrong", "", "wrong")
            .replace("return", "if (1 < 2) throw new AssertionError(\"no\"); return"));

    AgentJars.Found found = AgentJars.in(folder, Duration.ofSeconds(1));

    assertThat(found.kinds()).extracting(AgentKind::kind).containsExactly("good");
    assertThat(found.faults())
        .containsExactly(
            "agents of Endless.jar are left out: made.Endless did not start within 1 s",
            "agents of Wrong.jar are left out: AssertionError: no");
  }

  @Test
  void aBrokenJarIsLeftOutByNameAndTheOthersAreTaken() throws IOException {
    agent("Good", "good", "");
    AgentJar.broken(folder, "nowhere.jar");
    Files.writeString(folder.resolve("text.jar"), "no jar");
    Files.writeString(folder.resolve("notes.txt"), "not looked at");

    AgentJars.Found found = AgentJars.in(folder);

    assertThat(found.kinds()).extracting(AgentKind::kind).containsExactly("good");
    assertThat(found.faults()).hasSize(2);
    assertThat(found.faults().getFirst())
        .startsWith("agents of nowhere.jar are left out")
        .contains("made.Nowhere");
    assertThat(found.faults().getLast()).startsWith("agents of text.jar are left out");
  }

  @Test
  void ofTwoAgentsOfOneKindTheFirstIsTaken() throws IOException {
    agent("A", "same", "");
    agent("B", "same", "");

    AgentJars.Found found = AgentJars.in(folder);

    assertThat(found.kinds()).extracting(AgentKind::origin).containsExactly("A.jar");
    assertThat(found.faults())
        .containsExactly(
            "agents of B.jar are left out: made.B is of kind same, as one of A.jar is");
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> AgentJars.in(folder.resolve("gone")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no folder that can be read");
  }
}
