/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisServerMessage.Registered;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Registers sessions and hosted agents: claims the id from its owner among the routers, holds the
 * registration, and waits until every router does. Gateway's loop only.
 */
final class Registrar {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** How long an owner of the id is looked for. */
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final long PAUSE_MILLIS = 50;

  private final Mesh mesh;
  private final Registry registry;
  private final RouterLinks links;
  private final Outdone outdone;
  private final Presence presence;
  private final AgentStatuses statuses;

  /** Registrations whose reply is not sent yet. */
  private final Set<Long> unanswered = new HashSet<>();

  /** Why such a registration was lost before its reply, which then says so. */
  private final Map<Long, RefusalException> lostMeanwhile = new HashMap<>();

  Registrar(
      Mesh mesh, Registry registry, RouterLinks links, Presence presence, AgentStatuses statuses) {
    this.mesh = mesh;
    this.registry = registry;
    this.links = links;
    this.presence = presence;
    this.statuses = statuses;
    this.outdone = new Outdone(registry, links, this::evict);
  }

  /** Called every 100 ms. */
  void tick() {
    outdone.tick();
  }

  /**
   * Registers a session; the reply, once every router of the mesh holds the registration. An agent
   * that is paused stays so when it changes what it is, and when another session takes it over.
   *
   * @param subject whose agent it will be; an id that another subject holds is refused
   */
  Future<Registered> register(ClientAgent client, Register register, String subject) {
    boolean isPaused =
        Optional.ofNullable(register.agentId())
            .flatMap(registry::byAgent)
            .filter(Held::isPaused)
            .isPresent();
    return register(client, register, subject, isPaused);
  }

  /**
   * Registers an agent anew as what it is, also where it says something else of itself meanwhile;
   * but paused or not, and closed to tasks or not.
   *
   * @param isPaused whether nothing is to reach it
   */
  Future<Registered> again(Held held, boolean isPaused) {
    Registration now = held.registration();
    Register asked = held.asked();
    Register same =
        new Register(
            null,
            now.agentId(),
            asked.fingerprint(),
            asked.threshold(),
            null,
            asked.meta(),
            asked.acceptDerived(),
            asked.tasks());
    Claim claim = claim(same, now.agentId(), now.subject());
    return granted(claim)
        .compose(granted -> {
          Held latest = held.registrant().held();
          if (latest == null) {
            return Future.failedFuture(
                new RefusalException(ErrorCode.NOT_REGISTERED, "it left meanwhile"));
          }
          return isSame(latest, held)
              ? hold(new Application(held.registrant(), same, isPaused), claim, granted)
              : again(latest, isPaused);
        });
  }

  /**
   * Registers a session or a hosted agent.
   *
   * @param isPaused whether nothing is to reach it for now
   */
  Future<Registered> register(
      Registrant registrant, Register register, String subject, boolean isPaused) {
    String given = register.agentId();
    String agentId = given != null ? given : UUID.randomUUID().toString();
    Claim claim = claim(register, agentId, subject);
    return granted(claim)
        .compose(granted -> hold(new Application(registrant, register, isPaused), claim, granted));
  }

  private Claim claim(Register register, String agentId, String subject) {
    Fingerprint fingerprint = register.fingerprint();
    return new Claim(
        agentId,
        subject,
        mesh.nodeId(),
        fingerprint == null ? null : fingerprint.space(),
        fingerprint == null ? 0 : fingerprint.dimension());
  }

  private Future<Claimed> granted(Claim claim) {
    Promise<Claimed> claimed = Promise.promise();
    claim(claim, System.nanoTime(), 0, claimed);
    return claimed.future();
  }

  /** Asks the id's owner; where it does not answer the next in line, whose numbers rank alike. */
  private void claim(Claim claim, long since, int place, Promise<Claimed> claimed) {
    List<NodeInfo> line = mesh.view().inLine("router", claim.agentId());
    if (line.isEmpty()) {
      claimed.fail(RefusalException.unavailable("router", "no node of the mesh runs this role"));
    } else if (!isMet()) {
      again(claim, since, place, claimed, notMet());
    } else {
      mesh.bus()
          .request(Addresses.router(line.get(place % line.size()).id()), claim, PATIENCE)
          .onComplete(claimed::complete, failure -> again(claim, since, place, claimed, failure));
    }
  }

  private void again(
      Claim claim, long since, int place, Promise<Claimed> claimed, Throwable failure) {
    boolean late = System.nanoTime() - since > DEADLINE.toNanos();
    if (late || !isPassing(failure)) {
      claimed.fail(Roles.timed("register", "router", DEADLINE, failure));
    } else {
      int next = isSilence(failure) ? place + 1 : place;
      mesh.vertx().setTimer(PAUSE_MILLIS, timer -> claim(claim, since, next, claimed));
    }
  }

  /**
   * Whether every router of the mesh knows this gateway, but for those that do not answer: one that
   * does not know it would acknowledge outcomes without the agents that are here.
   */
  private boolean isMet() {
    return mesh.isSettled() && links.areMet();
  }

  private static RefusalException notMet() {
    return RefusalException.unavailable("gateway", "has not met every router of the mesh yet");
  }

  private static boolean isSilence(Throwable failure) {
    return failure instanceof RefusalException refusal && refusal.code() == ErrorCode.TIMEOUT;
  }

  private static boolean isMoved(Throwable failure) {
    return failure instanceof RefusalException refusal && refusal.code() == ErrorCode.AGENT_MOVED;
  }

  private static boolean isPassing(Throwable failure) {
    return failure instanceof RefusalException refusal
        && (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.TIMEOUT);
  }

  /** Who wants to be registered as what. */
  private record Application(Registrant registrant, Register register, boolean isPaused) {}

  private Future<Registered> hold(Application application, Claim claim, Claimed claimed) {
    Registrant registrant = application.registrant();
    Register register = application.register();
    if (registrant.isEnding()) {
      return Future.failedFuture(
          new RefusalException(ErrorCode.NOT_REGISTERED, "the session ended meanwhile"));
    }
    Double asked = register.threshold();
    boolean wantsNone = registrant instanceof HostedAgent && isNone(asked);
    if (asked != null && !wantsNone && (asked < claimed.threshold() || asked > 1)) {
      return Future.failedFuture(
          RefusalException.ofField(
              ErrorCode.INVALID_MESSAGE,
              "threshold",
              "a number from " + claimed.threshold() + " to 1",
              Double.toString(asked)));
    }
    Held held = held(application, claim, claimed);
    Held former = registrant.held();
    Held other = registry.byAgent(claim.agentId()).filter(one -> !isSame(one, former)).orElse(null);
    List<Change> changes = replace(held, former, other);
    unanswered.add(held.key());
    return links
        .announce(changes)
        .onSuccess(confirmation -> evictElsewhere(claimed, confirmation))
        .compose(confirmation -> registered(register, held, confirmation))
        .onFailure(failure -> restore(former, held, failure))
        .onComplete(done -> {
          registry.forget(former);
          registry.forget(other);
          present(held);
          if (former != null && !former.agentId().equals(held.agentId())) {
            present(former);
          }
        });
  }

  /** Lets everybody know whether an agent is here: a session may have ended meanwhile. */
  private void present(Held known) {
    String agentId = known.agentId();
    Held now = registry.byAgent(agentId).orElse(null);
    if (now != null) {
      presence.agentIsHere(agentId);
      statuses.present(now);
    } else {
      statuses.gone(agentId, known.registration().label());
      presence.agentIsGone(agentId);
    }
  }

  private static boolean isSame(Held one, @Nullable Held other) {
    return other != null && one.key() == other.key();
  }

  private static boolean isNone(@Nullable Double threshold) {
    return threshold != null && threshold == Enrol.NO_OUTCOMES;
  }

  private Held held(Application application, Claim claim, Claimed claimed) {
    Register register = application.register();
    boolean isPaused = application.isPaused();
    Double asked = register.threshold();
    RawJson meta = register.meta();
    AgentLabel label = AgentLabel.of(meta != null ? meta : RawJson.EMPTY_OBJECT);
    Registration registration =
        new Registration(
            registry.nextKey(),
            new Registration.Claim(claimed.number(), mesh.nodeId()),
            claim.agentId(),
            claim.subject(),
            isPaused ? null : register.fingerprint(),
            asked != null ? asked : 0,
            register.acceptDerived(),
            label.taking(register.tasks(), isPaused || application.registrant().isClosed()));
    return new Held(
        registration,
        asked != null ? asked : claimed.threshold(),
        application.registrant(),
        register,
        isPaused,
        System.currentTimeMillis());
  }

  /**
   * Puts a registration in place of the session's former one and of another session's. What is new
   * comes first, so that no router ever sees the agent gone; but behind a former one of another id,
   * whose place it takes where a router is full.
   */
  private List<Change> replace(Held held, @Nullable Held former, @Nullable Held other) {
    List<Change> changes = new ArrayList<>();
    changes.add(registry.add(held));
    held.registrant().registeredAs(held);
    if (former != null && registry.holds(former)) {
      boolean isSameAgent = former.agentId().equals(held.agentId());
      changes.add(isSameAgent ? 1 : 0, registry.supersede(former, held));
    }
    if (other != null) {
      changes.add(registry.supersede(other, held));
      lost(other, takenOver(other.agentId()));
    }
    return changes;
  }

  /**
   * Takes up what a session was registered as before a registration that was refused. Not where it
   * lost the very id to another session: the former claim to it is lower still, and would come back
   * as a ghost once the winner has left.
   */
  private void restore(@Nullable Held former, Held refused, Throwable failure) {
    if (former != null
        && !(isMoved(failure) && former.agentId().equals(refused.agentId()))
        && !former.registrant().isEnding()
        && former.registrant().held() == null
        && registry.byAgent(former.agentId()).isEmpty()) {
      former.registrant().registeredAs(former);
      links.announce(List.of(registry.add(former)));
    }
  }

  /**
   * Tells the gateway that held the id. Not before every router holds the new registration, or
   * surely lost its lease: where the old one is taken back first, the agent is in no index.
   */
  private void evictElsewhere(Claimed claimed, RouterLinks.Confirmation confirmation) {
    String holder = claimed.holder();
    boolean isHeld = confirmation.confirmed() > 0;
    if (isHeld && holder != null && !holder.equals(mesh.nodeId())) {
      mesh.view()
          .node(holder)
          .ifPresent(node ->
              mesh.bus()
                  .send(
                      Addresses.gateway(holder),
                      new Evict(node.incarnation(), claimed.holderKey(), claimed.number())));
    }
  }

  private Future<Registered> registered(
      Register register, Held held, RouterLinks.Confirmation confirmation) {
    if (outdone.isOpen(held)) {
      return outdone.closed(held).compose(ignored -> registered(register, held, confirmation));
    }
    unanswered.remove(held.key());
    RefusalException lost = lostMeanwhile.remove(held.key());
    if (lost != null) {
      return Future.failedFuture(lost);
    }
    if (confirmation.confirmed() == 0) {
      drop(held);
      return Future.failedFuture(
          RefusalException.unavailable("router", "no router of the mesh answers now"));
    }
    return Future.succeededFuture(
        new Registered(
            register.id(), held.agentId(), confirmation.agents(), held.threshold(), mesh.nodeId()));
  }

  private void drop(Held held) {
    if (registry.holds(held)) {
      links.announce(List.of(registry.remove(held)));
    }
    forget(held);
  }

  private static void forget(Held held) {
    Held current = held.registrant().held();
    if (current != null && current.key() == held.key()) {
      held.registrant().registeredAs(null);
    }
  }

  /** Tells a session why it lost its registration: in the reply that it waits for, if it does. */
  private void lost(Held held, RefusalException why) {
    if (unanswered.contains(held.key())) {
      lostMeanwhile.put(held.key(), why);
      forget(held);
    } else {
      held.registrant().unregistered(held, why);
    }
    outdone.close(held);
  }

  /** What a client is told whose agent id another session took over. */
  static RefusalException takenOver(String agentId) {
    return new RefusalException(
        ErrorCode.AGENT_MOVED,
        "agent " + agentId + " was taken over by another session",
        Map.of("agent_id", agentId));
  }

  /** A router says that a higher claim elsewhere overrides a registration. */
  void outdone(String router, Held held) {
    outdone.saidBy(router, held);
  }

  /** Gives up a registration in whose place every router has one of a higher claim. */
  void evict(Held held) {
    if (registry.holds(held)) {
      presence.agentMovedAway(held.agentId());
      statuses.movedAway(held.agentId());
    }
    giveUp(held, takenOver(held.agentId()));
  }

  /** Gives up a registration that a router has no room for, since it would be missed there. */
  void refuse(Held held) {
    giveUp(held, RefusalException.unavailable("router", "full; raise router.max-agents"));
    if (!unanswered.contains(held.key())) {
      present(held);
    }
  }

  private void giveUp(Held held, RefusalException why) {
    if (registry.holds(held)) {
      links
          .announce(List.of(registry.supersede(held, held)))
          .onComplete(done -> registry.forget(held));
      lost(held, why);
    }
  }

  /** Takes back what a session, or a hosted agent, that ended was registered as. */
  void withdraw(Registrant registrant) {
    @Nullable Held held = registrant.held();
    if (held != null) {
      unregister(held);
    }
  }

  /** Takes back a registration. */
  void unregister(Held held) {
    if (registry.holds(held)) {
      links.announce(List.of(registry.remove(held)));
      present(held);
    }
  }
}
