/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;

/** For simulations to whose layout nobody listens. */
final class Nobody implements Simulation.Outlet {
  @Override
  public void moved(LayoutBlock block) {}

  @Override
  public void edited(Edits edits) {}

  @Override
  public void broken() {}
}
