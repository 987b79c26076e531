/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.FabricMessage.Hello;
import dev.starling.protocol.mesh.FabricMessage.NodeStatus;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.settings.StoredSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields of {@link FabricMessage}s on the wire. */
final class FabricWire {
  private FabricWire() {}

  static void write(WireWriter out, FabricMessage message) {
    switch (message) {
      case Hello hello -> info(out, hello.info());
      case StatusQuery _ -> {}
      case NodeStatus status ->
          out.list(status.roles(), FabricWire::role)
              .list(
                  List.copyOf(status.figures().entrySet()),
                  (to, figure) -> to.text(figure.getKey()).number(figure.getValue()));
      case SettingsChanged changed ->
          out.text(changed.lineage())
              .number(changed.version())
              .list(changed.changes(), FabricWire::setting)
              .text(changed.origin());
    }
  }

  static FabricMessage read(WireReader in, int number) {
    return switch (number) {
      case 101 -> new Hello(info(in));
      case 102 -> new StatusQuery();
      case 103 -> new NodeStatus(in.list(FabricWire::role), figures(in));
      case 104 ->
          new SettingsChanged(in.text(), in.number(), in.list(FabricWire::setting), in.text());
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void setting(WireWriter out, StoredSetting setting) {
    out.text(setting.path())
        .json(setting.value())
        .number(setting.timestampMillis())
        .flag(setting.isDefault());
  }

  private static StoredSetting setting(WireReader in) {
    return new StoredSetting(in.text(), in.json(), in.number(), in.flag());
  }

  private static void info(WireWriter out, NodeInfo info) {
    out.text(info.id())
        .number(info.incarnation())
        .text(info.name())
        .text(info.host())
        .number(info.httpPort())
        .number(info.agentPort())
        .text(info.version())
        .number(info.startedAt())
        .list(info.roles(), FabricWire::role)
        .list(info.textSpaces(), FabricWire::space);
  }

  private static NodeInfo info(WireReader in) {
    return new NodeInfo(
        in.text(),
        in.number(),
        in.text(),
        in.text(),
        in.integer(),
        in.integer(),
        in.text(),
        in.number(),
        in.list(FabricWire::role),
        in.list(FabricWire::space));
  }

  private static void space(WireWriter out, TextSpace space) {
    out.text(space.name()).number(space.dimension()).real(space.threshold());
  }

  private static TextSpace space(WireReader in) {
    return new TextSpace(in.text(), in.integer(), in.real());
  }

  private static void role(WireWriter out, RoleState state) {
    out.text(state.role()).text(state.state().name());
  }

  private static RoleState role(WireReader in) {
    return new RoleState(in.text(), state(in.text()));
  }

  private static NodeInfo.State state(String name) {
    for (NodeInfo.State state : NodeInfo.State.values()) {
      if (state.name().equals(name)) {
        return state;
      }
    }
    throw new WireException("no state has the name " + name);
  }

  private static Map<String, Long> figures(WireReader in) {
    Map<String, Long> figures = new LinkedHashMap<>();
    in.list(from -> Map.entry(from.text(), from.number()))
        .forEach(figure -> figures.put(figure.getKey(), figure.getValue()));
    return figures;
  }
}
