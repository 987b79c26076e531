/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.Taken;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands for a gateway on a real bus: takes what a simulator sends, and keeps it. */
final class ScriptedGateway {
  final List<LayoutBlock> blocks = new CopyOnWriteArrayList<>();
  final Map<Integer, PathColumns> paths = new ConcurrentHashMap<>();
  final List<String> events = new CopyOnWriteArrayList<>();

  ScriptedGateway(Mesh mesh) {
    LocalMesh.await(mesh.bus().serve(Addresses.gateway(mesh.nodeId()), this::handle));
  }

  private @Nullable Future<? extends MeshMessage> handle(GatewayMessage message) {
    return switch (message) {
      case Positions(LayoutBlock block) -> {
        blocks.add(block);
        yield Future.succeededFuture(new Taken());
      }
      case PathTree(PathColumns columns) -> {
        paths.put(columns.source(), columns);
        yield Future.succeededFuture(new Taken());
      }
      case Publish publish -> {
        events.add(publish.message().toString());
        yield null;
      }
      case LastPositionsQuery _ ->
          Future.succeededFuture(new LastPositions(blocks.isEmpty() ? null : blocks.getLast()));
      default -> null;
    };
  }

  /** The latest block; fails where there is none. */
  LayoutBlock last() {
    return blocks.getLast();
  }

  /** The latest paths from a node; fails where there are none. */
  PathColumns path(int source) {
    return Objects.requireNonNull(paths.get(source));
  }
}
