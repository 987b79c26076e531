/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.formats.GraphDocument;
import dev.starling.graphs.formats.GraphFormat;
import dev.starling.graphs.formats.ReadOptions;
import dev.starling.physics.Simulation.Changed;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents that come and go in parts. Each has a thread of its own while it does, which waits for
 * its parts; the graph itself is touched by the simulation's thread alone. The verticle's event
 * loop only, but for these threads.
 */
final class DocumentService {
  /** Documents that may be on their way at a time, each way. */
  static final int MOST = 8;

  private static final Logger LOG = LoggerFactory.getLogger(DocumentService.class);

  /**
   * For the next part, which a gateway asks for or sends once its client has taken or sent the one
   * before: on an honest slow line that takes a while. A gateway whose client is gone says so, and
   * leaves no client more than a few of the places.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Waits until a change is where it must be before it counts as made. From any thread. */
  @FunctionalInterface
  interface Confirmation {
    Future<RawJson> of(CompletableFuture<Changed<RawJson>> change);
  }

  private final Context context;
  private final Simulation simulation;
  private final PhysicsConfig config;
  private final Confirmation confirmation;
  private final Map<String, IncomingDocument> incoming = new HashMap<>();
  private final Map<String, OutgoingDocument> outgoing = new HashMap<>();

  /** Whose last part may be asked for again. */
  private final Map<String, OutgoingDocument> finished =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, OutgoingDocument> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Documents of the graph that {@code simulation} leads.
   *
   * @param context of the verticle
   * @param confirmation of what changed, before anybody is told
   */
  DocumentService(
      Context context, Simulation simulation, PhysicsConfig config, Confirmation confirmation) {
    this.context = context;
    this.simulation = simulation;
    this.config = config;
    this.confirmation = confirmation;
  }

  /** Takes a part of a document. */
  Future<Uploaded> upload(Upload part) {
    try {
      IncomingDocument known = incoming.get(part.transfer());
      return onLoop((known == null ? begin(part) : known).add(part));
    } catch (RefusalException e) {
      return Future.failedFuture(e);
    }
  }

  private IncomingDocument begin(Upload first) {
    requireBegin(first.part(), incoming.size(), "come in");
    GraphFormat format = format(first.format());
    IncomingDocument document = new IncomingDocument(PATIENCE);
    incoming.put(first.transfer(), document);
    start(
        () -> document.run(in -> read(in, format, first.change())),
        () -> incoming.remove(first.transfer()));
    return document;
  }

  private static void requireBegin(int part, int others, String way) {
    if (part > 0) {
      throw RefusalException.unavailable(
          "physics", "the document is not known here any more; begin again");
    }
    if (others >= MOST) {
      throw RefusalException.unavailable(
          "physics", MOST + " documents " + way + " already; try again");
    }
  }

  private static GraphFormat format(String name) {
    return GraphFormat.byId(name)
        .orElseThrow(() ->
            RefusalException.ofField(
                ErrorCode.INVALID_MESSAGE, "format", "one of " + GraphFormat.ids(), name));
  }

  private CompletionStage<RawJson> read(InputStream in, GraphFormat format, GraphChange change)
      throws IOException {
    boolean mayNameOthers = change != GraphChange.REPLACE;
    ReadOptions options =
        new ReadOptions(config.maxDocument(), config.maxNodes(), config.maxEdges(), mayNameOthers);
    GraphDocument document = format.reader().read(in, options);
    CompletableFuture<Changed<RawJson>> changed =
        simulation.change(world -> DocumentEdits.apply(world, document, change, config).json());
    return confirmation.of(changed).toCompletionStage();
  }

  /** Gives a part of a document. */
  Future<Downloaded> download(Download part) {
    try {
      OutgoingDocument known =
          outgoing.getOrDefault(part.transfer(), finished.get(part.transfer()));
      return onLoop((known == null ? begin(part) : known).part(part.part()));
    } catch (RefusalException e) {
      return Future.failedFuture(e);
    }
  }

  private OutgoingDocument begin(Download first) {
    requireBegin(first.part(), outgoing.size(), "go out");
    GraphSelection selection = first.selection();
    GraphFormat format =
        selection.format().isEmpty() ? GraphFormat.JSON : format(selection.format());
    OutgoingDocument document = new OutgoingDocument(PATIENCE);
    outgoing.put(first.transfer(), document);
    CompletionStage<?> _ =
        simulation
            .withWorld(world -> SelectedDocument.of(world, selection))
            .whenComplete((told, thrown) ->
                context.runOnContext(ignored -> {
                  if (thrown == null) {
                    start(
                        () -> document.run(out -> format.writer().write(told, out)),
                        () -> finish(first.transfer()));
                  } else {
                    outgoing.remove(first.transfer());
                    document.fail(thrown);
                  }
                }));
    return document;
  }

  /** Ends a document that nobody sends or reads any more, if it is known here. */
  void abandon(String transfer) {
    RefusalException gone =
        RefusalException.unavailable("physics", "the document was abandoned; begin again");
    IncomingDocument in = incoming.get(transfer);
    if (in != null) {
      in.abandon(gone);
    }
    OutgoingDocument out = outgoing.get(transfer);
    if (out != null) {
      out.fail(gone);
    }
    finished.remove(transfer);
  }

  private void finish(String transfer) {
    OutgoingDocument document = outgoing.remove(transfer);
    if (document != null) {
      finished.put(transfer, document);
    }
  }

  /** Does work on a thread of its own, and then something on the event loop. */
  private void start(Runnable work, Runnable then) {
    Thread.ofPlatform()
        .daemon()
        .name("physics-document")
        .start(() -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            LOG.error("a document failed", e);
          } finally {
            context.runOnContext(ignored -> then.run());
          }
        });
  }

  /** Answers leave on the loop that they were asked on. */
  private <T> Future<T> onLoop(Future<T> answer) {
    Promise<T> promise = Promise.promise();
    answer.onComplete(done -> context.runOnContext(ignored -> promise.handle(done)));
    return promise.future();
  }
}
