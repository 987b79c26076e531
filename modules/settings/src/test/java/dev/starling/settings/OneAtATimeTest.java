/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private final List<Promise<Void>> begun = new ArrayList<>();
  private final OneAtATime oneAtATime = new OneAtATime();

  private Future<Void> work() {
    Promise<Void> promise = Promise.promise();
    begun.add(promise);
    return promise.future();
  }

  @Test
  void whoAsksWhileItIsUnderWayWaitsForThatOne() {
    Future<Void> first = oneAtATime.begin(this::work);
    Future<Void> second = oneAtATime.begin(this::work);
    assertThat(begun).hasSize(1);

    begun.getFirst().complete();
    assertThat(first.succeeded()).isTrue();
    assertThat(second.succeeded()).isTrue();
  }

  @Test
  void whatEndedIsBegunAgainWellOrNot() {
    oneAtATime.begin(this::work);
    begun.getFirst().fail("the cluster does not answer");

    Future<Void> again = oneAtATime.begin(this::work);
    assertThat(begun).hasSize(2);
    begun.getLast().complete();
    assertThat(again.succeeded()).isTrue();
  }
}
