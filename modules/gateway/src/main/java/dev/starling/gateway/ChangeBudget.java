/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.settings.SettingUpdate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much a gateway keeps of changes of settings that are not answered yet, in all and of each who
 * asks, so that one who asks for much leaves the others theirs. In bytes of their values, and
 * {@value #CHANGE_BYTES} for each change. Thread-safe.
 */
final class ChangeBudget {
  /** Of all together. */
  static final long MOST = 64L << 20;

  /** Of one session. */
  static final long MOST_OF_A_SESSION = 4L << 20;

  /** Of all calls by REST together. */
  static final long MOST_OF_REST = MOST / 2;

  private static final int CHANGE_BYTES = 128;

  private final AtomicLong all = new AtomicLong();

  /** A share for who may keep so many bytes waiting. */
  Share share(long most) {
    return new Share(most);
  }

  /** The part of one who asks. */
  final class Share {
    private final long most;
    private final AtomicLong mine = new AtomicLong();

    private Share(long most) {
      this.most = most;
    }

    /**
     * Takes room for a change, to be given back with {@link #give}.
     *
     * @return its weight
     * @throws RefusalException UNAVAILABLE where there is none
     */
    long take(List<SettingUpdate> updates) {
      long weight =
          updates.stream().mapToLong(update -> update.value().bytes().length + CHANGE_BYTES).sum();
      if (mine.addAndGet(weight) > most) {
        mine.addAndGet(-weight);
        throw full("too many of your own changes wait");
      }
      if (all.addAndGet(weight) > MOST) {
        give(weight);
        throw full("too many changes wait");
      }
      return weight;
    }

    /** Gives back what a change took that is answered. */
    void give(long weight) {
      mine.addAndGet(-weight);
      all.addAndGet(-weight);
    }

    private static RefusalException full(String why) {
      return RefusalException.unavailable(SettingsLink.ROLE, why + "; try again shortly");
    }
  }
}
