/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands every test class of a run the same node as a parameter: started for the first that asks,
 * closed by JUnit at the end of the run. Whoever uses it leaves nobody registered there.
 */
final class SharedNode implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedNode.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == InProcessNode.class;
  }

  @Override
  public InProcessNode resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(InProcessNode.class, ignored -> start(), InProcessNode.class);
  }

  private static InProcessNode start() {
    InProcessNode node = InProcessNode.start();
    node.awaitRouting();
    return node;
  }
}
