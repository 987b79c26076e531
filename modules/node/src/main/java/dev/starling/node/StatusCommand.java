/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starling status}: the mesh as one of its nodes sees it. */
@Command(
    name = "status",
    description = "Show the nodes of a mesh, their roles, agents and sessions.",
    abbreviateSynopsis = true,
    descriptionHeading = "%n",
    optionListHeading = "%n",
    sortOptions = false)
final class StatusCommand extends BaseCommand {
  @Mixin private final NodeOptions node = new NodeOptions();

  @Option(names = "--json", description = "Print the node's answer as it came.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    HttpRequest request = node.request("api/mesh").timeout(NodeOptions.PATIENCE).build();
    return node.run(err(), client -> ask(client, request));
  }

  private int ask(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
    PrintWriter err = err();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    int status = answer.statusCode();
    if (status == 401 || status == 403) {
      String denied = node.denied(request.uri(), status, answer.body(), "observe");
      return Main.fail(err, denied, Main.USAGE);
    }
    if (status != 200) {
      return Main.fail(err, request.uri() + " answered with HTTP " + status, Main.FAILED);
    }
    try {
      Main.print(out(), json ? answer.body() : table(answer.body()));
      return 0;
    } catch (DecodeException | ClassCastException e) {
      return Main.fail(err, request.uri() + " did not answer like a node of Starling", Main.FAILED);
    }
  }

  private static String table(String body) {
    return MeshTable.of(new JsonObject(body), System.currentTimeMillis());
  }
}
