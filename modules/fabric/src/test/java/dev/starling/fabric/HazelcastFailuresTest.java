/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Members answer each other with exceptions while partitions move; one unread hangs a start. */
class HazelcastFailuresTest {
  private record Stranger(String text) implements Serializable {}

  private final InternalSerializationService service = service();

  private static InternalSerializationService service() {
    SerializationConfig config =
        HazelcastCluster.config(
                new ClusterConfig(
                    Optional.of(5801),
                    0,
                    "127.0.0.1",
                    Optional.empty(),
                    List.of(),
                    "starling",
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    64 << 20,
                    Optional.empty()),
                5801)
            .getSerializationConfig();
    return new DefaultSerializationServiceBuilder().setConfig(config).build();
  }

  private Object copyOf(Object object) {
    return service.toObject(service.toData(object));
  }

  @Test
  void shouldReadWhatMembersFailWith() {
    RetryableHazelcastException failure =
        new RetryableHazelcastException(
            "moved", new ExecutionException(new IOException("closed", new TimeoutException())));
    failure.addSuppressed(new IllegalStateException("also"));
    assertThat(copyOf(failure))
        .isInstanceOf(RetryableHazelcastException.class)
        .extracting(copy -> ((Throwable) copy).getSuppressed().length)
        .isEqualTo(1);
    assertThat(copyOf(new TargetNotMemberException("gone")))
        .isInstanceOf(TargetNotMemberException.class);
  }

  @Test
  void shouldRefuseWhatIsNoFailure() {
    assertThatThrownBy(() -> copyOf(new Stranger("x")))
        .isInstanceOf(HazelcastSerializationException.class);
  }
}
