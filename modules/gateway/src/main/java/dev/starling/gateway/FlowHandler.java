/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowClientMessage;
import dev.starling.protocol.flow.FlowClientMessage.AgentControl;
import dev.starling.protocol.flow.FlowClientMessage.AgentSpawn;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowClientMessage.GraphInteraction;
import dev.starling.protocol.flow.FlowClientMessage.Settings;
import dev.starling.protocol.flow.FlowClientMessage.SettingsBatch;
import dev.starling.protocol.flow.FlowClientMessage.Subscribe;
import dev.starling.protocol.flow.FlowClientMessage.TaskCancel;
import dev.starling.protocol.flow.FlowClientMessage.TaskReport;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.flow.FlowClientMessage.Unsubscribe;
import dev.starling.protocol.flow.FlowClientMessage.VoiceCommand;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStart;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStop;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.SettingsUpdated;
import dev.starling.protocol.flow.FlowServerMessage.Subscribed;
import dev.starling.protocol.flow.FlowServerMessage.VoiceResponse;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.VoiceMessage.Command;
import dev.starling.protocol.mesh.VoiceMessage.Hush;
import dev.starling.protocol.mesh.VoiceMessage.Listen;
import dev.starling.protocol.qis.QisWriter;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What consoles say. What another role answers for goes there and is answered when it does; what
 * one session asks of one role takes effect in order. One session's loop only.
 */
final class FlowHandler {
  private static final Set<NodeAction> HOLDING =
      Set.of(NodeAction.NODE_DRAG_START, NodeAction.NODE_DRAG);

  private final Session session;
  private final Roles roles;
  private final SettingsLink settings;
  private final AgentHandler agents;
  private final Loop loop;
  private final Intake intake;

  /** A dragged node moves on once its last move was taken, and then to where it is by now. */
  private boolean dragging;

  private @Nullable GraphInteraction nextDrag;

  /** Whether the session may hold a node, which its end lets go. */
  private boolean holds;

  /** Of the nodes that were selected only the last one counts, whenever its answer comes. */
  private int selections;

  private @Nullable SettingsLane lane;

  FlowHandler(Session session, Gateway gateway, Loop loop, Intake intake) {
    this.session = session;
    this.roles = gateway.roles();
    this.settings = gateway.settings();
    this.agents = new AgentHandler(session, gateway, this::answer);
    this.loop = loop;
    this.intake = intake;
  }

  void handle(FlowClientMessage message) {
    switch (message) {
      case Auth auth -> session.signIn().byMessage(auth);
      case Subscribe subscribe -> subscribe(subscribe);
      case Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
      case Settings change -> change("settings", change.id(), List.of(change.update()));
      case SettingsBatch batch -> change("settings_batch", batch.id(), batch.updates());
      case GraphInteraction interaction -> interact(interaction);
      case AgentControl control -> agents.control(control);
      case AgentSpawn spawn -> agents.spawn(spawn);
      case TaskSubmit submit -> agents.submit(submit);
      case TaskCancel cancel -> agents.cancel(cancel);
      case TaskReport report -> agents.report(report);
      case VoiceCommand command -> command(command);
      case VoiceStart start -> listen(start);
      case VoiceStop stop -> hush(stop);
    }
  }

  private void subscribe(Subscribe subscribe) {
    session.principal().require(Permission.OBSERVE);
    session.subscriptions().add(subscribe.events());
    session.subscriptionsChanged();
    subscribed(subscribe.id());
  }

  private void unsubscribe(Unsubscribe unsubscribe) {
    session.principal();
    session.subscriptions().remove(unsubscribe.events());
    session.subscriptionsChanged();
    subscribed(unsubscribe.id());
  }

  private void subscribed(@Nullable RawJson id) {
    session.reply(FlowWriter.bytes(new Subscribed(id, session.subscriptions().held())));
  }

  /** One confirmation for each setting; other sessions hear of the changes as events. */
  private void change(String operation, @Nullable RawJson id, List<SettingUpdate> updates) {
    session.principal().require(Permission.SETTINGS);
    Future<List<SettingChange>> written =
        lane()
            .write(updates)
            .recover(
                failure -> Future.failedFuture(Roles.named(operation, SettingsLink.ROLE, failure)));
    ask(id, written.onSuccess(changes -> loop.run(() -> changes.forEach(one -> confirm(id, one)))));
  }

  private SettingsLane lane() {
    SettingsLane mine = lane;
    if (mine == null) {
      mine = new SettingsLane(settings, loop, session::event);
      lane = mine;
    }
    return mine;
  }

  /** Whether an event tells the session of what it hears by a reply. */
  boolean withholds(PreparedText event, String origin) {
    return lane != null && lane.withholds(event, origin);
  }

  private void confirm(@Nullable RawJson id, SettingChange change) {
    SettingsUpdated message =
        new SettingsUpdated(id, change.path(), change.value(), change.timestampMillis());
    session.reply(FlowWriter.bytes(message));
  }

  private void interact(GraphInteraction interaction) {
    session.principal().require(Permission.GRAPH);
    holds |= HOLDING.contains(interaction.action());
    if (interaction.action() != NodeAction.NODE_DRAG) {
      dragOn();
      select(interaction.action(), ask(interaction.id(), roles.interact(on(interaction))));
    } else if (dragging) {
      dragNext(interaction);
    } else {
      drag(interaction);
    }
  }

  /** What is selected is where the session's shortest paths begin. */
  private void select(NodeAction action, Future<Interacted> asked) {
    if (action == NodeAction.NODE_DESELECTED) {
      selections++;
      session.frames().pathsFromHub();
    } else if (action == NodeAction.NODE_SELECTED) {
      int mine = ++selections;
      asked.onSuccess(done ->
          loop.run(() -> {
            if (mine == selections && !session.isEnding()) {
              session.frames().pathsFrom(done.slot());
            }
          }));
    }
  }

  /** The session is over. */
  void ended() {
    if (holds) {
      holds = false;
      roles.ended(new SessionEnded(session.id()));
    }
  }

  /** Takes the place of a move of the same node that waits; one of another node goes on. */
  private void dragNext(GraphInteraction interaction) {
    GraphInteraction next = nextDrag;
    if (next != null && !next.node().equals(interaction.node())) {
      dragOn();
    }
    nextDrag = interaction;
  }

  private void drag(GraphInteraction interaction) {
    dragging = true;
    ask(interaction.id(), roles.interact(on(interaction)))
        .onComplete(done ->
            loop.run(() -> {
              dragging = false;
              dragOn();
            }));
  }

  private void dragOn() {
    GraphInteraction next = nextDrag;
    nextDrag = null;
    if (next != null && !session.isEnding()) {
      drag(next);
    }
  }

  private Interact on(GraphInteraction interaction) {
    return new Interact(
        session.id(), interaction.action(), interaction.node(), interaction.position());
  }

  private void command(VoiceCommand command) {
    Principal principal = session.principal();
    principal.require(Permission.VOICE);
    Command asked =
        new Command(
            session.id(),
            command.sessionId(),
            command.command(),
            command.audio(),
            session.subject(),
            principal.permissions().stream().map(Permission::word).toList());
    answer(
        command.id(),
        roles.command(asked),
        done ->
            new VoiceResponse(command.id(), command.sessionId(), done.response(), done.audioUrl()));
  }

  private void listen(VoiceStart start) {
    session.principal().require(Permission.VOICE);
    ask(start.id(), roles.listen(new Listen(session.id(), start.sessionId(), start.sampleRate())));
  }

  private void hush(VoiceStop stop) {
    session.principal().require(Permission.VOICE);
    ask(stop.id(), roles.hush(new Hush(session.id())));
  }

  /** Waits for what has no answer of its own: its effects come as events. */
  private <T> Future<T> ask(@Nullable RawJson id, Future<T> asked) {
    intake.begin();
    return asked.onComplete(done ->
        loop.run(() -> {
          if (done.failed()) {
            session.reply(QisWriter.bytes(session.refused(id, done.cause())));
          }
          intake.end();
        }));
  }

  private <T> void answer(
      @Nullable RawJson id, Future<T> asked, Function<T, @Nullable FlowServerMessage> reply) {
    ask(id, asked.onSuccess(done -> loop.run(() -> reply(reply.apply(done)))));
  }

  private void reply(@Nullable FlowServerMessage message) {
    if (message != null) {
      session.reply(FlowWriter.bytes(message));
    }
  }
}
