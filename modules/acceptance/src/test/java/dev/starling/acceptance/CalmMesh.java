/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one mesh that all of them share because none of them harms a node of it; it is
 * empty again after each. It starts with the first and ends with the last.
 */
final class CalmMesh implements ParameterResolver, AfterEachCallback {
  private static final Namespace HERE = Namespace.create(CalmMesh.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ThreeNodes.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    shared(context).leaveEmpty();
  }

  private static ThreeNodes shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(HERE)
        .getOrComputeIfAbsent(ThreeNodes.class, key -> new ThreeNodes(), ThreeNodes.class);
  }
}
