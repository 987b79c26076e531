/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.RpcMessage.Request;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.qis.QisClientMessage.Register;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** How long sessions of {@code /mcp} and their agents stay, by a clock that the test turns. */
class McpVisitsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final ClientKey HERE = address(1);
  private static final long MILLIS = System.currentTimeMillis();

  private final List<McpAgent> withdrawn = new ArrayList<>();
  private final McpVisits visits =
      new McpVisits(new Loop(VERTX.getOrCreateContext()), TestGateway.limits(10), withdrawn::add);
  private final long begun = System.nanoTime();

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static ClientKey address(int number) {
    return new ClientKey(false, number);
  }

  private static Principal owner(String subject, @Nullable Long expires) {
    return new Principal(subject, Permission.usual(), expires, null);
  }

  private McpVisit enter(String subject) {
    return visits.enter(owner(subject, null), HERE);
  }

  /** What is over at a time, which is told from the beginning of the test, is ended. */
  private void sweep(Duration at) {
    visits.sweep(MILLIS + at.toMillis(), begun + at.toNanos());
  }

  private static McpCall call() {
    Request request = new Request(1, "ping", new JsonObject());
    return new McpCall(request, owner("a", null), null);
  }

  private McpAgent registered(McpVisit visit, String agentId) {
    McpAgent agent = unregistered(visit);
    register(agent, agentId, visit.owner());
    return agent;
  }

  private static McpAgent unregistered(McpVisit visit) {
    McpInbox inbox = new McpInbox(1_000, () -> {});
    McpAgent agent = new McpAgent(VERTX, new AwakeClock(System::nanoTime), inbox);
    visit.is(agent);
    return agent;
  }

  private static void register(McpAgent agent, String agentId, String owner) {
    Fingerprint about = Fingerprint.of(1, 0);
    Registration registration =
        new Registration(1, new Registration.Claim(1, "g"), agentId, owner, about, 0.75, false);
    Register asked = new Register(null, agentId, about, 0.75, null, null, false, 0);
    agent.registeredAs(new Held(registration, 0.75, agent, asked, false, 0));
  }

  private ErrorCode refusal(ClientKey address) {
    return catchThrowableOfType(
            RefusalException.class, () -> visits.enter(owner("more", null), address))
        .code();
  }

  @Test
  void aSilentClientsSessionEndsAfterAWhile() {
    McpVisit visit = enter("silent");
    sweep(McpVisits.SILENCE.minusSeconds(1));
    assertThat(visits.isHere(visit)).isTrue();
    sweep(McpVisits.SILENCE.plusSeconds(1));
    assertThat(visits.isHere(visit)).isFalse();
    assertThat(visits.find(visit.session().id(), owner("silent", null))).isEmpty();
  }

  @Test
  void aClientThatSaysSomethingOrWaitsForAnAnswerIsNotSilent() {
    McpVisit speaks = enter("speaks");
    McpVisit waits = enter("waits");
    McpCall call = call();
    assertThat(waits.session().begin(call)).isTrue();
    Duration later = McpVisits.SILENCE.plusSeconds(5);
    speaks.heard(owner("speaks", null), begun + Duration.ofSeconds(10).toNanos());
    sweep(later);
    assertThat(visits.isHere(speaks)).isTrue();
    assertThat(visits.isHere(waits)).isTrue();
    waits.session().end(call);
    sweep(later);
    assertThat(visits.isHere(waits)).isFalse();
  }

  @Test
  void aSessionEndsWithItsTokenUnlessALaterOneWasShown() {
    McpVisit ends = visits.enter(owner("ends", MILLIS + 1_000), HERE);
    McpVisit renewed = visits.enter(owner("renewed", MILLIS + 1_000), HERE);
    McpCall call = call();
    assertThat(ends.session().begin(call)).isTrue();
    renewed.heard(owner("renewed", MILLIS + 5_000), begun);
    sweep(Duration.ofMillis(999));
    assertThat(visits.isHere(ends)).isTrue();
    sweep(Duration.ofSeconds(1));
    assertThat(visits.isHere(ends)).isFalse();
    assertThat(call.abandoned().isComplete()).isTrue();
    assertThat(visits.isHere(renewed)).isTrue();
    sweep(Duration.ofSeconds(5));
    assertThat(visits.isHere(renewed)).isFalse();
  }

  @Test
  void anAddressHasNoMoreSessionsThanItMayUntilOneEnds() {
    McpVisit first = enter("many");
    for (int i = 1; i < McpVisits.MOST_OF_AN_ADDRESS; i++) {
      enter("many");
    }
    assertThat(refusal(HERE)).isEqualTo(ErrorCode.RATE_LIMITED);
    McpVisit elsewhere = visits.enter(owner("many", null), address(2));
    visits.end(first);
    visits.end(first);
    visits.end(elsewhere);
    assertThat(enter("many")).isNotNull();
    assertThat(refusal(HERE)).isEqualTo(ErrorCode.RATE_LIMITED);
  }

  @Test
  void aNodeHasNoMoreSessionsThanItMay() {
    for (int i = 0; i < McpVisits.MOST; i++) {
      visits.enter(owner("many", null), address(i));
    }
    assertThat(visits.size()).isEqualTo(McpVisits.MOST);
    assertThat(refusal(address(McpVisits.MOST))).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void anAgentLeavesAWhileAfterItsSession() {
    McpVisit visit = enter("leaves");
    McpAgent agent = registered(visit, "a");
    sweep(McpVisits.SILENCE.plusSeconds(1));
    assertThat(visits.isHere(visit)).isFalse();
    sweep(McpVisits.SILENCE.plus(McpVisits.GRACE));
    assertThat(withdrawn).isEmpty();
    assertThat(agent.isEnding()).isFalse();
    sweep(McpVisits.SILENCE.plus(McpVisits.GRACE).plusSeconds(1));
    assertThat(withdrawn).containsExactly(agent);
    assertThat(agent.isEnding()).isTrue();
    assertThat(visits.takeUp("a", "leaves")).isEmpty();
  }

  @Test
  void anAgentThatWasLeftBehindIsTakenUpOnceAndByItsOwnerOnly() {
    McpAgent agent = registered(enter("owner"), "a");
    visits.end(visits.all().iterator().next());
    assertThat(visits.takeUp("a", "other")).isEmpty();
    assertThat(visits.takeUp("b", "owner")).isEmpty();
    assertThat(visits.takeUp("a", "owner")).contains(agent);
    assertThat(visits.takeUp("a", "owner")).isEmpty();
    sweep(McpVisits.SILENCE);
    assertThat(withdrawn).isEmpty();
  }

  @Test
  void anAgentWhoseSessionEndsBeforeItIsRegisteredNeverWillBe() {
    McpVisit visit = enter("hasty");
    McpAgent agent = unregistered(visit);
    visits.end(visit);
    assertThat(agent.isEnding()).isTrue();
    assertThat(withdrawn).containsExactly(agent);
  }

  @Test
  void anAgentThatBecameAnotherOneBehindItsSessionLeavesAsThatOne() {
    McpVisit visit = enter("changes");
    McpAgent agent = registered(visit, "a");
    visits.end(visit);
    register(agent, "b", "changes");
    assertThat(visits.takeUp("a", "changes")).isEmpty();
    sweep(McpVisits.SILENCE);
    assertThat(withdrawn).containsExactly(agent);
  }

  @Test
  void ofTooManyAgentsLeftBehindTheOldestLeaves() {
    McpAgent oldest = registered(enter("first"), "oldest");
    visits.end(visits.all().iterator().next());
    for (int i = 0; i < McpVisits.MOST; i++) {
      McpVisit visit = enter("next");
      registered(visit, "a" + i);
      visits.end(visit);
    }
    assertThat(withdrawn).containsExactly(oldest);
  }

  @Test
  void allLeaveWithTheNode() {
    McpAgent left = registered(enter("left"), "a");
    visits.end(visits.all().iterator().next());
    McpAgent here = registered(enter("here"), "b");
    visits.close();
    assertThat(visits.size()).isZero();
    assertThat(withdrawn).containsExactly(left, here);
  }
}
