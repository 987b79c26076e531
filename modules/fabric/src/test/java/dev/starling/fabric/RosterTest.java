/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static dev.starling.fabric.TestCluster.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.FabricMessage.Hello;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rosters that greet each other on one real bus; the test decides who is a member. */
class RosterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Vertx vertx = Vertx.vertx();
  private final MeshBus bus = new MeshBus(vertx, "a", 1 << 20, new SimpleMeterRegistry());
  private final GivenMembership aMembers = new GivenMembership("a", "b");
  private final GivenMembership bMembers = new GivenMembership("b", "a");
  private final Roster a = roster(aMembers, "router");
  private final Roster b = roster(bMembers, "gateway", "router");

  private Roster roster(Membership membership, String... roles) {
    return new Roster(vertx, bus, membership, new NodeIdentity("", "1", List.of(roles)));
  }

  @AfterEach
  void closeVertx() {
    await(vertx.close());
  }

  private void meet() {
    await(a.start());
    await(b.start());
    eventually("they meet", () -> knows(a, "b") && knows(b, "a"));
  }

  private static boolean knows(Roster roster, String id) {
    return roster.view().node(id).isPresent();
  }

  private static NodeInfo info(String id, long incarnation) {
    return new NodeInfo(id, incarnation, id, "", 0, 0, "1", 0, List.of(), List.of());
  }

  @Test
  void membersGreetEachOtherHoweverLateTheOtherAnswers() {
    boolean metAtOnce = await(a.start().map(started -> a.everyMemberMet()));
    assertThat(metAtOnce).isFalse();
    await(b.start());
    eventually("they meet", () -> knows(a, "b") && knows(b, "a"));
    eventually("nobody is unmet", a::everyMemberMet);
    assertThat(a.view().node("b").orElseThrow().roles())
        .containsExactly(
            new RoleState("gateway", State.STARTING), new RoleState("router", State.STARTING));
  }

  @Test
  void aMemberThatNeverIntroducesItselfIsWaitedForOnlyForSeconds() {
    await(a.start());
    assertThat(a.isMeeting()).isTrue();
    eventually("it is waited for no longer", () -> !a.isMeeting());
    assertThat(a.everyMemberMet()).isFalse();
    aMembers.come("c");
    assertThat(a.isMeeting()).as("another one may introduce itself").isTrue();
    aMembers.go("c");
    assertThat(a.isMeeting()).isFalse();
  }

  @Test
  void whoeverIntroducesItselfBeforeTheClusterNamesItDoesNotStayUnmet() {
    meet();
    aMembers.comeUntold("c");
    await(bus.request(Addresses.fabric("a"), new Hello(info("c", 1)), PATIENCE));
    aMembers.come("c");
    assertThat(a.everyMemberMet()).isTrue();
    aMembers.come("d");
    assertThat(a.everyMemberMet()).isFalse();
    aMembers.go("d");
    assertThat(a.everyMemberMet()).isTrue();
  }

  @Test
  void aChangeOfARoleIsToldToEverybody() {
    meet();
    b.roleIs("router", State.SERVING);
    b.reachedAt("host", 3030, 8765);
    eventually("a knows", () -> a.view().node("b").orElseThrow().httpPort() == 3030);
    NodeInfo known = a.view().node("b").orElseThrow();
    assertThat(known.serves("router")).isTrue();
    assertThat(known.serves("gateway")).isFalse();
    assertThat(known.host()).isEqualTo("host");
    assertThat(known.agentPort()).isEqualTo(8765);
  }

  @Test
  void theSpacesOfANodesTextsAreToldToEverybodyAndStayWhenItJoinsAnew() {
    meet();
    List<TextSpace> spaces = List.of(new TextSpace("texts", 3, 0.4));
    a.embedsIn(spaces);
    a.roleIs("router", State.SERVING);
    aMembers.merge();
    eventually("b knows", () -> b.view().node("a").filter(one -> one.serves("router")).isPresent());
    assertThat(b.view().node("a").orElseThrow().textSpaces()).isEqualTo(spaces);
  }

  @Test
  void whoeverIsNoMemberIsRefusedAndNotTakenIn() {
    meet();
    Throwable refused =
        failure(bus.request(Addresses.fabric("a"), new Hello(info("stranger", 1)), PATIENCE));
    assertThat(refused)
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(knows(a, "stranger")).isFalse();
  }

  @Test
  void whoeverLeavesIsDroppedAndListenersHearBeforeAndAfter() {
    meet();
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    a.listen((before, now) -> {
      throw new IllegalStateException("a listener that fails");
    });
    a.listen((before, now) -> heard.add(before.nodes().keySet() + " " + now.nodes().keySet()));
    aMembers.go("b");
    eventually("a dropped b", () -> !knows(a, "b"));
    eventually("the listener heard", () -> heard.equals(List.of("[a, b] [a]")));
    aMembers.go("b");
    aMembers.come("b");
    eventually("b is back", () -> knows(a, "b"));
  }

  @Test
  void whoeverIsBackBeforeItsLeavingIsDoneIsUnmetUntilItIntroducesItselfAnew() {
    meet();
    aMembers.comeUntold("c");
    await(bus.request(Addresses.fabric("a"), new Hello(info("c", 1)), PATIENCE));
    CompletableFuture<Void> left = new CompletableFuture<>();
    a.listen((before, now) -> left.join());
    a.reachedAt("busy", 1, 1);
    aMembers.go("c");
    aMembers.come("c");
    left.complete(null);
    eventually("a dropped c", () -> !knows(a, "c"));
    assertThat(a.everyMemberMet()).isFalse();
    await(bus.request(Addresses.fabric("a"), new Hello(info("c", 1)), PATIENCE));
    assertThat(a.everyMemberMet()).isTrue();
  }

  @Test
  void joiningAnewRaisesTheIncarnationAndTheOthersHearOfIt() {
    meet();
    long before = a.view().me().incarnation();
    a.roleIs("router", State.SERVING);
    aMembers.merge();
    eventually("it rose", () -> a.view().me().incarnation() > before);
    long after = a.view().me().incarnation();
    eventually("b knows", () -> b.view().node("a").orElseThrow().incarnation() == after);
    assertThat(b.view().node("a").orElseThrow().serves("router")).isTrue();
    assertThat(a.view().me().startedAt()).isLessThanOrEqualTo(after);
  }

  @Test
  void joiningAnewDropsWhoeverIsNotThere() {
    meet();
    aMembers.goUntold("b");
    aMembers.merge();
    eventually("a is alone", () -> !knows(a, "b"));
  }

  @Test
  void newsOfAnOlderIncarnationAreIgnored() {
    meet();
    long now = b.view().me().incarnation();
    await(bus.request(Addresses.fabric("a"), new Hello(info("b", now - 1)), PATIENCE));
    assertThat(a.view().node("b").orElseThrow()).isEqualTo(b.view().me());
    await(bus.request(Addresses.fabric("a"), new Hello(info("b", now + 1)), PATIENCE));
    assertThat(a.view().node("b").orElseThrow().incarnation()).isEqualTo(now + 1);
  }

  @Test
  void aNodeTellsHowItIs() {
    meet();
    b.figure("agents", () -> 17);
    b.roleIs("gateway", State.SERVING);
    eventually("it is", () -> b.view().me().serves("gateway"));
    var status = await(bus.request(Addresses.fabric("b"), new StatusQuery(), PATIENCE));
    assertThat(status.figures()).containsEntry("agents", 17L);
    assertThat(status.roles()).contains(new RoleState("gateway", State.SERVING));
  }

  @Test
  void aNodeWithoutANameIsCalledByItsId() {
    Roster named = new Roster(vertx, bus, Membership.alone("0123456789"), identity("", "x"));
    assertThat(named.view().me().name()).isEqualTo("01234567");
    Roster other = new Roster(vertx, bus, Membership.alone("0123456789"), identity("node", "x"));
    assertThat(other.view().me().name()).isEqualTo("node");
  }

  private static NodeIdentity identity(String name, String role) {
    return new NodeIdentity(name, "1", List.of(role));
  }
}
