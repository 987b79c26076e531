/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

/** That a model did not answer; the message is for the operator and holds no secret. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ModelLack lack;

  ModelException(ModelLack lack, String message) {
    super(message);
    this.lack = lack;
  }

  /** Why. */
  public ModelLack lack() {
    return lack;
  }
}
