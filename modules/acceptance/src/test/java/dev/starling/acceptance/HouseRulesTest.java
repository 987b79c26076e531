/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastException;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.starling.protocol.mesh.MeshMessage;
import io.vertx.core.Deployable;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;

/** The rules of the house that the compiler does not know; docs/architecture.md has the reasons. */
class HouseRulesTest {
  /** Each room with the rooms of ours that it may look into. */
  private static final Map<String, List<String>> BELOW =
      Map.ofEntries(
          Map.entry("protocol", List.of()),
          Map.entry("vectors", List.of()),
          Map.entry("agent", List.of()),
          Map.entry("graphs", List.of("vectors")),
          Map.entry("fabric", List.of("protocol")),
          Map.entry("router", List.of("fabric", "protocol", "vectors")),
          Map.entry("physics", List.of("fabric", "protocol", "graphs")),
          Map.entry("settings", List.of("fabric", "protocol")),
          Map.entry("embedding", List.of("fabric", "protocol", "vectors")),
          Map.entry("swarms", List.of()),
          Map.entry("agents", List.of("agent", "swarms", "fabric", "protocol")),
          Map.entry("tasks", List.of("fabric", "protocol")),
          Map.entry("gateway", List.of("fabric", "protocol")),
          Map.entry(
              "node",
              List.of(
                  "router",
                  "physics",
                  "settings",
                  "embedding",
                  "agents",
                  "swarms",
                  "tasks",
                  "gateway",
                  "fabric",
                  "protocol",
                  "vectors")));

  /** What the program is made of: neither tests nor what they share. */
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/dev/starling/testkit/"))
          .importPackages("dev.starling");

  @Test
  void shouldKnowEveryRoom() {
    Set<String> rooms =
        MAIN.stream()
            .map(one -> one.getPackageName().split("\\.", -1)[2])
            .collect(Collectors.toSet());
    assertThat(BELOW.keySet()).containsExactlyInAnyOrderElementsOf(rooms);
  }

  static Stream<String> rooms() {
    return BELOW.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void shouldLookOnlyIntoRoomsBelow(String room) {
    String[] allowed =
        Stream.concat(Stream.of(room), BELOW.getOrDefault(room, List.of()).stream())
            .map(HouseRulesTest::room)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(room(room))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.starling..").and(not(resideInAnyPackage(allowed))))
        .check(MAIN);
  }

  @Test
  void shouldKeepProtocolAndVectorsFreeOfFrameworks() {
    noClasses()
        .that()
        .resideInAnyPackage(room("protocol"), room("vectors"), room("graphs"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..", "com.hazelcast..")
        .check(MAIN);
  }

  @Test
  void shouldTouchTheEventBusInFabricOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(room("fabric"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.core.eventbus..", "io.vertx.core.shareddata..")
        .check(MAIN);
  }

  /** The node translates Hazelcast's exception into a line for a person. */
  @Test
  void shouldTouchHazelcastInFabricOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(room("fabric"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..")
                .and(not(equivalentTo(HazelcastException.class))))
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackages(room("fabric"), room("node"))
        .should()
        .dependOnClassesThat(equivalentTo(HazelcastException.class))
        .check(MAIN);
  }

  @Test
  void shouldTouchTheVectorApiInPureRoomsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(room("vectors"), room("graphs"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .check(MAIN);
  }

  @Test
  void shouldTouchWhatVertxDoesNotPromiseInOnePlaceOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.starling.gateway.VertxInternals")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..")
        .check(MAIN);
  }

  @Test
  void shouldMakeEveryMessageOfTheBusARecord() {
    classes()
        .that()
        .implement(MeshMessage.class)
        .and()
        .areNotInterfaces()
        .should()
        .beRecords()
        .check(MAIN);
  }

  @Test
  void shouldNotWriteToTheStandardStreams() {
    noClasses().should(ACCESS_STANDARD_STREAMS).check(MAIN);
  }

  @Test
  void shouldNotSleep() {
    noClasses()
        .should()
        .callMethodWhere(target(owner(equivalentTo(Thread.class))).and(target(name("sleep"))))
        .check(MAIN);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().assignedFrom(eachPackage()).should().beFreeOfCycles().check(MAIN);
  }

  /** Instances of a verticle are many, each on its own event loop. */
  @Test
  void shouldShareNothingThatChangesBetweenVerticles() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .areAssignableTo(Deployable.class)
        .should()
        .beFinal()
        .andShould(holdSomethingImmutable())
        .check(MAIN);
  }

  private static String room(String name) {
    return "dev.starling." + name + "..";
  }

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass one) {
        return SliceIdentifier.of(one.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  private static ArchCondition<JavaField> holdSomethingImmutable() {
    return new ArchCondition<>("hold something immutable") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        events.add(new SimpleConditionEvent(field, isImmutable(field), field.getDescription()));
      }
    };
  }

  private static boolean isImmutable(JavaField field) {
    JavaClass type = field.getRawType();
    return type.isPrimitive()
        || type.isEnum()
        || type.isRecord()
        || Stream.of(String.class, Duration.class, Logger.class).anyMatch(type::isEquivalentTo)
        || valueOf(field).getClass().getName().startsWith("java.util.ImmutableCollections$");
  }

  private static Object valueOf(JavaField field) {
    try {
      Field reflected = field.reflect();
      reflected.setAccessible(true);
      return Objects.requireNonNullElse(reflected.get(null), "nothing");
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
