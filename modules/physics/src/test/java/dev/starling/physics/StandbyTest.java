/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Copied;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.PageQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.protocol.mesh.PhysicsMessage.VersionQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A copy of the graph of a leader that the test plays: empty, in term 5. */
@Timeout(60)
class StandbyTest {
  private static final long TERM = 5;
  private static final List<GraphEdit> RING = Worlds.ringEdits(6);

  private final Mesh mesh = LocalMesh.alone(new SimpleMeterRegistry(), "physics");
  private final Context context = mesh.vertx().getOrCreateContext();
  private final Simulation simulation = Simulators.still();
  private final Standby standby =
      new Standby(mesh.bus(), context, "self", simulation, GraphKeeper.none());

  private static Future<? extends MeshMessage> lead(PhysicsMessage asked) {
    return switch (asked) {
      case VersionQuery _ -> {
        Version version = new Version(TERM, 0);
        yield Future.succeededFuture(new Versions(version, version));
      }
      case PageQuery _ -> Future.succeededFuture(new Page(TERM, 0, Pages.NO_MORE, List.of(), null));
      default -> Future.failedFuture(new IllegalStateException("not asked here"));
    };
  }

  @BeforeEach
  void follow() {
    LocalMesh.await(mesh.bus().serve(Addresses.physics("leader"), StandbyTest::lead));
    OnLoop.result(context, () -> standby.follow("leader"));
  }

  @AfterEach
  void leave() {
    simulation.close();
    LocalMesh.await(mesh.leave());
  }

  private boolean takes(long sequence, List<GraphEdit> edits, boolean isWhole) {
    Copied copied =
        OnLoop.result(context, () -> standby.edits(new Edits(TERM, sequence, edits, isWhole)));
    return copied.isTaken();
  }

  private int nodes() {
    return simulation.withStore(store -> store.graph().nodes()).join();
  }

  @Test
  void aChangeThatIsToldInPartsTakesEffectWithItsLastOne() {
    assertThat(takes(1, RING.subList(0, 2), false)).isTrue();
    assertThat(takes(2, RING.subList(2, 4), false)).isTrue();
    assertThat(nodes()).isZero();
    assertThat(standby.version()).isEqualTo(new Version(TERM, 0));

    assertThat(takes(3, RING.subList(4, RING.size()), true)).isTrue();

    assertThat(nodes()).isEqualTo(6);
    assertThat(standby.version()).isEqualTo(new Version(TERM, 3));
  }

  @Test
  void aChangeWhoseEndIsNeverToldIsNone() {
    assertThat(takes(1, RING.subList(0, 4), false)).isTrue();
    OnLoop.result(
        context,
        () -> {
          standby.forgetLeader();
          return standby.follow("leader");
        });
    assertThat(nodes()).isZero();
    assertThat(takes(1, RING, true)).isTrue();
    assertThat(nodes()).isEqualTo(6);
  }

  @Test
  void aPartBehindAGapIsNotTaken() {
    assertThat(takes(1, RING.subList(0, 4), false)).isTrue();
    assertThat(takes(3, RING, true)).isFalse();
    assertThat(nodes()).isZero();
  }
}
