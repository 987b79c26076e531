/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands every test class of a JVM the same node as a parameter: started for the first that asks,
 * closed when the JVM ends. Whoever uses it leaves nobody registered there.
 */
final class SharedNode implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == InProcessNode.class;
  }

  @Override
  public InProcessNode resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return JvmWide.get(SharedNode.class, InProcessNode.class, SharedNode::start);
  }

  private static InProcessNode start() {
    InProcessNode node = InProcessNode.start();
    node.awaitRouting();
    return node;
  }
}
