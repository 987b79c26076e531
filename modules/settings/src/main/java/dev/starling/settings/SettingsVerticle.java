/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.SettingsMessage;
import dev.starling.protocol.mesh.SettingsMessage.Read;
import dev.starling.protocol.mesh.SettingsMessage.ReadAll;
import dev.starling.protocol.mesh.SettingsMessage.Schema;
import dev.starling.protocol.mesh.SettingsMessage.SchemaQuery;
import dev.starling.protocol.mesh.SettingsMessage.Values;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingsDocument;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code settings} of one node. Gateways ask the first in line; where their views differ
 * for a moment, two nodes may be asked, and each answers, because the document is changed by
 * compare-and-set. One instance per node; everything runs on its event loop.
 */
public final class SettingsVerticle extends VerticleBase {
  /** The role's name. */
  public static final String ROLE = "settings";

  private static final Logger LOG = LoggerFactory.getLogger(SettingsVerticle.class);
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_MILLIS = 2_000;
  private static final long RETRY_MILLIS = 500;
  private static final RoleState STARTING = new RoleState(ROLE, State.STARTING);

  private final Mesh mesh;
  private final SettingsConfig config;
  private final MeterRegistry registry;
  private final SettingSchema schema;
  private final UpdateCheck check;
  private final ValuesInForce values;
  private final RecentWrites recent = new RecentWrites();
  private final OneAtATime sharing = new OneAtATime();
  private @Nullable Parts parts;
  private boolean isBroughtIn;

  private record Parts(SettingsStore store, SettingsDisk disk, SettingsOwner owner) {}

  /** The settings of {@code mesh}, to be deployed once. */
  public SettingsVerticle(Mesh mesh, SettingsConfig config, MeterRegistry registry) {
    this.mesh = mesh;
    this.config = config;
    this.registry = registry;
    this.schema = new SettingSchema(config);
    this.check = new UpdateCheck(schema);
    this.values = new ValuesInForce(schema, check, mesh.settings());
  }

  @Override
  public Future<?> start() {
    SettingsMetrics metrics =
        new SettingsMetrics(registry, mesh.settings()::version, this::waiting);
    SettingsStore store = new SettingsStore(context, mesh.settings(), metrics);
    SettingsDisk disk = new SettingsDisk(context, metrics, config.folder());
    SettingsOwner owner =
        new SettingsOwner(
            check,
            store,
            disk,
            new AskerCheck(mesh.bus()),
            recent,
            mesh.settings(),
            metrics,
            System::currentTimeMillis);
    Parts made = new Parts(store, disk, owner);
    parts = made;
    return disk.load()
        .compose(kept -> bringIn(made, kept).map(kept))
        .compose(
            kept -> mesh.bus().serve(Addresses.settings(mesh.nodeId()), this::handle).map(kept))
        .onSuccess(kept -> {
          mesh.settings().listen(changes -> context.runOnContext(go -> changed(made, changes)));
          keep(made);
          vertx.setPeriodic(TICK_MILLIS, timer -> tick());
          vertx.setPeriodic(LOOK_MILLIS, timer -> look(made, kept));
        });
  }

  /** A cluster that is busy with members that come and go may not answer at once. */
  private Future<Void> bringIn(Parts made, Optional<SettingsDocument> kept) {
    return made.store()
        .bringIn(kept)
        .onSuccess(ignored -> isBroughtIn = true)
        .recover(failure -> {
          if (made.store().isUnreadable()) {
            return Future.succeededFuture(); // the store said so; others of this node may serve
          }
          LOG.warn("the settings cannot be shared yet: {}", failure.getMessage());
          Promise<Void> later = Promise.promise();
          vertx.setTimer(RETRY_MILLIS, timer -> later.complete());
          return later.future().compose(ignored -> bringIn(made, kept));
        });
  }

  private void changed(Parts made, List<SettingChange> changes) {
    recent.add(changes);
    keep(made);
  }

  private void keep(Parts made) {
    SettingsDocument now = mesh.settings().document();
    if (now.version() >= 0) {
      made.disk().save(now);
    }
  }

  private void tick() {
    boolean isStarting = mesh.view().me().roles().contains(STARTING);
    if (isStarting && isBroughtIn && mesh.isMet()) {
      mesh.roleIs(ROLE, State.SERVING);
    }
  }

  /** Tries again what the disk refused, and gives the mesh back what it lost. */
  private void look(Parts made, Optional<SettingsDocument> kept) {
    keep(made);
    if (!isBroughtIn) {
      sharing.begin(() -> bringIn(made, kept));
    } else if (mesh.settings().isMissing()) {
      sharing.begin(() -> giveBack(made));
    }
  }

  private Future<Void> giveBack(Parts made) {
    LOG.warn("the mesh lost its settings; this node gives it those that it knows");
    return made.store()
        .bringIn(Optional.of(mesh.settings().document()))
        .onFailure(failure -> LOG.debug("not given yet", failure));
  }

  private int waiting() {
    Parts made = parts;
    return made == null ? 0 : made.owner().waiting();
  }

  /**
   * Hands over: others are asked from now on.
   *
   * @return complete when what this node took is answered
   */
  public Future<Void> drain() {
    mesh.roleIs(ROLE, State.DRAINING);
    Promise<Void> idle = Promise.promise();
    context.runOnContext(go -> owner().idle().onComplete(idle));
    return idle.future();
  }

  private SettingsOwner owner() {
    Parts made = parts;
    if (made == null) {
      throw RefusalException.unavailable(ROLE, "warming up");
    }
    return made.owner();
  }

  private Future<? extends MeshMessage> handle(SettingsMessage message) {
    return switch (message) {
      case Write write -> owner().write(write);
      case Read read -> answer(() -> new Values(List.of(values.at(read.path()))));
      case ReadAll all -> answer(() -> new Values(values.all(all.prefix())));
      case SchemaQuery _ -> answer(() -> new Schema(schema.toJson()));
      case Written _, Values _, Schema _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private static <R> Future<R> answer(Supplier<R> work) {
    try {
      return Future.succeededFuture(work.get());
    } catch (RefusalException refusal) {
      return Future.failedFuture(refusal);
    }
  }
}
