/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fields of {@link TaskMessage}s on the wire, and of tasks where they are kept. */
public final class TaskWire {
  /** The form in which tasks are kept. */
  private static final int FORM = 1;

  private TaskWire() {}

  /** A task as it is kept. */
  public static byte[] encode(Task task) {
    WireWriter out = new WireWriter().number(FORM);
    task(out, task);
    return out.toBytes();
  }

  /** The task that {@link #encode} wrote; empty where the bytes are damaged or of another form. */
  public static Optional<Task> decode(byte[] bytes) {
    try {
      WireReader in = new WireReader(bytes, 0, bytes.length);
      if (in.number() != FORM) {
        return Optional.empty();
      }
      Task task = task(in);
      in.requireEnd();
      return Optional.of(task);
    } catch (WireException e) {
      return Optional.empty();
    }
  }

  static int number(TaskMessage message) {
    return switch (message) {
      case Submit _ -> 901;
      case TaskQuery _ -> 902;
      case Cancel _ -> 903;
      case TaskIs _ -> 904;
      case TasksQuery _ -> 905;
      case TasksPage _ -> 906;
      case Report _ -> 907;
      case Reported _ -> 908;
    };
  }

  static void write(WireWriter out, TaskMessage message) {
    switch (message) {
      case Submit submit -> {
        out.text(submit.taskId());
        request(out, submit.request());
        out.text(submit.subject());
      }
      case TaskQuery query -> out.text(query.taskId()).number(query.waitMillis());
      case Cancel cancel -> out.text(cancel.taskId()).text(cancel.subject());
      case TaskIs is -> task(out, is.task());
      case TasksQuery query -> query(out, query);
      case TasksPage page -> out.list(page.tasks(), TaskWire::task).flag(page.more());
      case Report report -> {
        out.text(report.taskId()).number(report.attempt()).text(report.agentId());
        step(out, report.step());
      }
      case Reported reported -> out.flag(reported.isCurrent());
    }
  }

  static TaskMessage read(WireReader in, int number) {
    return switch (number) {
      case 901 -> new Submit(in.text(), request(in), in.text());
      case 902 -> new TaskQuery(in.text(), in.number());
      case 903 -> new Cancel(in.text(), in.text());
      case 904 -> new TaskIs(task(in));
      case 905 -> query(in);
      case 906 -> new TasksPage(in.list(TaskWire::task), in.flag());
      case 907 -> new Report(in.text(), in.integer(), in.text(), step(in));
      case 908 -> new Reported(in.flag());
      default -> throw MeshWire.unknown(number);
    };
  }

  static void brief(WireWriter out, TaskBrief brief) {
    out.text(brief.taskId()).number(brief.attempt()).text(brief.description());
    json(out, brief.input());
    out.choice(brief.priority()).number(brief.deadline());
  }

  static TaskBrief brief(WireReader in) {
    return new TaskBrief(
        in.text(),
        in.integer(),
        in.text(),
        json(in),
        in.choice(TaskPriority.values()),
        in.number());
  }

  private static void query(WireWriter out, TasksQuery query) {
    out.text(query.after()).number(query.limit()).flag(query.status() != null);
    if (query.status() != null) {
      out.choice(query.status());
    }
    out.optionalText(query.agentId());
  }

  private static TasksQuery query(WireReader in) {
    return new TasksQuery(
        in.text(),
        in.integer(),
        in.flag() ? in.choice(TaskStatus.values()) : null,
        in.optionalText());
  }

  private static void request(WireWriter out, TaskRequest request) {
    out.text(request.description());
    out.optionalText(request.target());
    out.optionalText(request.kind());
    out.optionalText(request.capability());
    out.flag(request.meaning() != null);
    if (request.meaning() != null) {
      out.fingerprint(request.meaning());
    }
    out.choice(request.priority());
    json(out, request.input());
    out.number(request.timeoutMillis());
  }

  private static TaskRequest request(WireReader in) {
    return new TaskRequest(
        in.text(),
        in.optionalText(),
        in.optionalText(),
        in.optionalText(),
        in.flag() ? in.fingerprint() : null,
        in.choice(TaskPriority.values()),
        json(in),
        in.number());
  }

  private static void task(WireWriter out, Task task) {
    out.text(task.taskId());
    request(out, task.request());
    out.text(task.subject()).choice(task.status());
    out.optionalText(task.agentId());
    out.number(task.attempt());
    real(out, task.progress());
    out.optionalText(task.message());
    json(out, task.result());
    out.optionalText(task.reason());
    out.number(task.created()).number(task.started()).number(task.ended()).number(task.deadline());
  }

  private static Task task(WireReader in) {
    return new Task(
        in.text(),
        request(in),
        in.text(),
        in.choice(TaskStatus.values()),
        in.optionalText(),
        in.integer(),
        real(in),
        in.optionalText(),
        json(in),
        in.optionalText(),
        in.number(),
        in.number(),
        in.number(),
        in.number());
  }

  private static void step(WireWriter out, TaskStep step) {
    switch (step) {
      case TaskStep.Progress(Double percent, String message) -> {
        out.number(1);
        real(out, percent);
        out.optionalText(message);
      }
      case TaskStep.Completed(RawJson result) -> out.number(2).json(result);
      case TaskStep.Failed(String reason, boolean mayRetry) ->
          out.number(3).text(reason).flag(mayRetry);
      case TaskStep.Declined(String reason) -> out.number(4).text(reason);
    }
  }

  private static TaskStep step(WireReader in) {
    int kind = in.integer();
    return switch (kind) {
      case 1 -> new TaskStep.Progress(real(in), in.optionalText());
      case 2 -> new TaskStep.Completed(in.json());
      case 3 -> new TaskStep.Failed(in.text(), in.flag());
      case 4 -> new TaskStep.Declined(in.text());
      default -> throw new WireException("no step of a task has the number " + kind);
    };
  }

  private static void json(WireWriter out, @Nullable RawJson json) {
    out.flag(json != null);
    if (json != null) {
      out.json(json);
    }
  }

  private static @Nullable RawJson json(WireReader in) {
    return in.flag() ? in.json() : null;
  }

  private static void real(WireWriter out, @Nullable Double value) {
    out.flag(value != null);
    if (value != null) {
      out.real(value);
    }
  }

  private static @Nullable Double real(WireReader in) {
    return in.flag() ? in.real() : null;
  }
}
