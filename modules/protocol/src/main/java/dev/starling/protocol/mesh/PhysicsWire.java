/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.mesh.PhysicsMessage.Abandon;
import dev.starling.protocol.mesh.PhysicsMessage.Copied;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.Keep;
import dev.starling.protocol.mesh.PhysicsMessage.Neighbours;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.PageQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
import dev.starling.protocol.mesh.PhysicsMessage.PathsQuery;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.protocol.mesh.PhysicsMessage.VersionQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of {@link PhysicsMessage}s on the wire. */
final class PhysicsWire {
  private PhysicsWire() {}

  /** The stable number of a message's type. */
  static int number(PhysicsMessage message) {
    return switch (message) {
      case Interact _ -> 401;
      case Interacted _ -> 402;
      case SessionEnded _ -> 403;
      case Watch _ -> 404;
      case Watching _ -> 405;
      case Upload _ -> 406;
      case Uploaded _ -> 407;
      case Download _ -> 408;
      case Downloaded _ -> 409;
      case PathQuery _ -> 410;
      case Path _ -> 411;
      case PathsQuery _ -> 412;
      case Paths _ -> 413;
      case Edits edits -> edits.isWhole() ? 414 : 422;
      case Copied _ -> 415;
      case PageQuery _ -> 416;
      case Page _ -> 417;
      case VersionQuery _ -> 418;
      case Versions _ -> 419;
      case Keep _ -> 420;
      case Abandon _ -> 421;
      case NeighboursQuery _ -> 423;
      case Neighbours _ -> 424;
    };
  }

  static void write(WireWriter out, PhysicsMessage message) {
    switch (message) {
      case Interact interact -> {
        out.text(interact.session()).choice(interact.action());
        node(out, interact.node());
        position(out, interact.position());
      }
      case Interacted interacted -> out.number(interacted.slot());
      case SessionEnded ended -> out.text(ended.session());
      case Watch watch -> out.text(watch.gateway()).number(watch.rate()).integers(watch.sources());
      case Watching watching ->
          out.number(watching.term()).number(watching.hub()).integers(watching.refused());
      case Upload upload ->
          out.text(upload.transfer())
              .number(upload.part())
              .flag(upload.isLast())
              .choice(upload.change())
              .text(upload.format())
              .bytes(upload.bytes());
      case Uploaded uploaded -> {
        out.flag(uploaded.result() != null);
        if (uploaded.result() != null) {
          out.json(uploaded.result());
        }
      }
      case Download download -> {
        out.text(download.transfer()).number(download.part());
        selection(out, download.selection());
      }
      case Downloaded downloaded -> out.flag(downloaded.isLast()).bytes(downloaded.bytes());
      case PathQuery query -> {
        node(out, query.from());
        node(out, query.to());
        out.number(query.named());
      }
      case Path path -> path(out, path);
      case NeighboursQuery query -> {
        node(out, query.node());
        out.number(query.limit());
      }
      case Neighbours neighbours -> out.json(neighbours.json());
      case PathsQuery query -> node(out, query.source());
      case Paths paths -> {
        out.integers(paths.slots());
        FrameWire.columns(out, paths.columns());
      }
      case Edits edits ->
          out.number(edits.term())
              .number(edits.sequence())
              .list(edits.edits(), GraphEditWire::write);
      case Copied copied -> out.flag(copied.isTaken());
      case PageQuery query -> out.text(query.node()).number(query.from());
      case Page page -> write(out, page);
      case VersionQuery _ -> {}
      case Versions versions -> write(out, versions);
      case Keep keep -> FrameWire.block(out, keep.layout());
      case Abandon abandon -> out.text(abandon.transfer());
    }
  }

  private static void write(WireWriter out, Page page) {
    out.number(page.term())
        .number(page.sequence())
        .number(page.next())
        .list(page.edits(), GraphEditWire::write);
    FrameWire.optionalBlock(out, page.layout());
  }

  static PhysicsMessage read(WireReader in, int number) {
    return switch (number) {
      case 401 -> new Interact(in.text(), in.choice(NodeAction.values()), node(in), position(in));
      case 402 -> new Interacted(in.integer());
      case 403 -> new SessionEnded(in.text());
      case 404 -> new Watch(in.text(), in.integer(), in.integers());
      case 405 -> new Watching(in.number(), in.integer(), in.integers());
      case 406 -> upload(in);
      case 407 -> new Uploaded(in.flag() ? in.json() : null);
      case 408 -> new Download(in.text(), in.integer(), selection(in));
      case 409 -> new Downloaded(in.flag(), in.bytes());
      case 410 -> new PathQuery(node(in), node(in), in.integer());
      case 411 -> new Path((float) in.real(), in.integers(), in.integer(), in.integer(), in.json());
      case 412 -> new PathsQuery(node(in));
      case 413 -> new Paths(in.integers(), FrameWire.columns(in));
      case 414 -> new Edits(in.number(), in.number(), in.list(GraphEditWire::read), true);
      case 415 -> new Copied(in.flag());
      case 416 -> new PageQuery(in.text(), in.integer());
      case 417 ->
          new Page(
              in.number(),
              in.number(),
              in.integer(),
              in.list(GraphEditWire::read),
              FrameWire.optionalBlock(in));
      case 418 -> new VersionQuery();
      case 419 -> new Versions(version(in), version(in));
      case 420 -> new Keep(FrameWire.block(in));
      case 421 -> new Abandon(in.text());
      case 422 -> new Edits(in.number(), in.number(), in.list(GraphEditWire::read), false);
      case 423 -> new NeighboursQuery(node(in), in.integer());
      case 424 -> new Neighbours(in.json());
      default -> throw MeshWire.unknown(number);
    };
  }

  private static Upload upload(WireReader in) {
    return new Upload(
        in.text(), in.integer(), in.flag(), in.choice(GraphChange.values()), in.text(), in.bytes());
  }

  private static void selection(WireWriter out, GraphSelection selection) {
    out.text(selection.format())
        .number(selection.after())
        .number(selection.limit())
        .text(selection.kind())
        .text(selection.text());
  }

  private static GraphSelection selection(WireReader in) {
    return new GraphSelection(in.text(), in.integer(), in.integer(), in.text(), in.text());
  }

  private static void path(WireWriter out, Path path) {
    out.real(path.distance()).integers(path.slots());
    out.number(path.from()).number(path.to()).json(path.nodes());
  }

  private static void node(WireWriter out, NodeRef node) {
    switch (node) {
      case NodeRef.Key(String key) -> out.flag(true).text(key);
      case NodeRef.FrameId(long id) -> out.flag(false).number(id);
    }
  }

  private static NodeRef node(WireReader in) {
    return in.flag() ? new NodeRef.Key(in.text()) : new NodeRef.FrameId(in.number());
  }

  private static void position(WireWriter out, @Nullable Position position) {
    out.flag(position != null);
    if (position != null) {
      out.real(position.x()).real(position.y()).real(position.z());
    }
  }

  private static @Nullable Position position(WireReader in) {
    return in.flag() ? new Position(in.real(), in.real(), in.real()) : null;
  }

  private static void write(WireWriter out, Versions versions) {
    for (Version version : List.of(versions.now(), versions.base())) {
      out.number(version.term()).number(version.sequence());
    }
  }

  private static Version version(WireReader in) {
    return new Version(in.number(), in.number());
  }
}
