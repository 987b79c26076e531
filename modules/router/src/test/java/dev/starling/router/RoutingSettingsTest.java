/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.Kernels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutingSettingsTest {
  private final Mesh mesh = LocalMesh.alone(new SimpleMeterRegistry(), "router");
  private final RoutingSettings settings = new RoutingSettings(Samples.config());
  private SettingsDocument document = SettingsDocument.begin();

  @AfterEach
  void leave() {
    LocalMesh.await(mesh.leave());
  }

  private void change(String path, String value, boolean isDefault) {
    List<StoredSetting> changes = List.of(new StoredSetting(path, RawJson.of(value), 1, isDefault));
    document = document.with(changes);
    LocalMesh.await(mesh.settings().tell(document, changes, "test"));
  }

  @Test
  void whatNobodyChangedIsAsConfigured() {
    settings.follow(mesh.settings());

    assertThat(settings.similarityThreshold()).isEqualTo(0.75);
    assertThat(settings.thresholdOf("strict")).isEqualTo(0.9);
    assertThat(settings.maxHops()).isEqualTo(8);
    assertThat(settings.maxBacklog()).isEqualTo(100);
  }

  @Test
  void aChangeHoldsAtOnceAndGoesWithItsDefault() {
    settings.follow(mesh.settings());

    change("router.similarityThreshold", "0.5", false);
    change("router.maxHops", "3", false);
    change("router.maxBacklog", "7", false);
    assertThat(settings.similarityThreshold()).isEqualTo(0.5);
    assertThat(settings.thresholdOf("2")).isEqualTo(0.5);
    assertThat(settings.thresholdOf("strict")).isEqualTo(0.9);
    assertThat(settings.maxHops()).isEqualTo(3);
    assertThat(settings.maxBacklog()).isEqualTo(7);

    change("router.similarityThreshold", "0.6", true);
    assertThat(settings.similarityThreshold()).isEqualTo(0.75);
  }

  @Test
  void whatWasChangedBeforeHoldsFromTheStart() {
    change("router.maxHops", "3", false);

    settings.follow(mesh.settings());

    assertThat(settings.maxHops()).isEqualTo(3);
  }

  @Test
  void laterRegistrationsAreToldTheThresholdInForce() {
    settings.follow(mesh.settings());
    Claims claims =
        new Claims(new AgentDirectory(Kernels.scalar(), 10), settings, () -> 1, () -> {});

    change("router.similarityThreshold", "0.5", false);

    assertThat(claims.grant(new Claim("a", "", "g", "2", 2)).threshold()).isEqualTo(0.5);
    assertThat(claims.grant(new Claim("b", "", "g", "strict", 2)).threshold()).isEqualTo(0.9);
  }
}
