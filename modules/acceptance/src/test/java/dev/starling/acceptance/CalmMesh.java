/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one mesh that all of them share because none of them harms a node of it; it is
 * empty again after each. It starts with the first and ends with the last.
 */
final class CalmMesh implements ParameterResolver, AfterEachCallback {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ThreeNodes.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    shared().leaveEmpty();
  }

  private static ThreeNodes shared() {
    return JvmWide.get(CalmMesh.class, ThreeNodes.class, ThreeNodes::new);
  }
}
