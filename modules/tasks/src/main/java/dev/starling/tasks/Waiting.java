/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.task.TaskPriority;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The tasks that wait, in the lanes of the agents that may have them: the most urgent first, and of
 * those the one that came first. A task may wait in several lanes and leaves them together.
 */
final class Waiting {
  /** So many tasks of a lane that an agent may not have yet are passed over to find it one. */
  private static final int MOST_PASSED_OVER = 100;

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::priority)
          .reversed()
          .thenComparingLong(Place::created)
          .thenComparing(Place::taskId);

  private record Place(TaskPriority priority, long created, String taskId) {}

  private record Wait(Place place, Set<Lane> lanes) {}

  private final Map<Lane, TreeSet<Place>> lanes = new HashMap<>();
  private final Map<String, Wait> waits = new HashMap<>();

  /** A task waits in these lanes from now on, and in no others. */
  void add(String taskId, TaskPriority priority, long created, List<Lane> in) {
    remove(taskId);
    Place place = new Place(priority, created, taskId);
    waits.put(taskId, new Wait(place, new HashSet<>(in)));
    in.forEach(lane -> lanes.computeIfAbsent(lane, first -> new TreeSet<>(ORDER)).add(place));
  }

  void remove(String taskId) {
    Wait wait = waits.remove(taskId);
    if (wait != null) {
      for (Lane lane : wait.lanes()) {
        TreeSet<Place> places = lanes.get(lane);
        if (places != null) {
          places.remove(wait.place());
          if (places.isEmpty()) {
            lanes.remove(lane);
          }
        }
      }
    }
  }

  /** The task that is first in any of these lanes, of those that {@code mayBe}. */
  Optional<String> first(List<Lane> of, Predicate<String> mayBe) {
    return of.stream()
        .map(lanes::get)
        .filter(places -> places != null)
        .flatMap(places -> first(places, mayBe).stream())
        .min(ORDER)
        .map(Place::taskId);
  }

  private static Optional<Place> first(Set<Place> places, Predicate<String> mayBe) {
    return places.stream()
        .limit(MOST_PASSED_OVER)
        .filter(place -> mayBe.test(place.taskId()))
        .findFirst();
  }

  boolean has(String taskId) {
    return waits.containsKey(taskId);
  }

  int size() {
    return waits.size();
  }

  void clear() {
    lanes.clear();
    waits.clear();
  }
}
