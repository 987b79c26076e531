/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agents.model.LanguageModel;
import dev.starling.agents.model.ModelException;
import io.vertx.core.Future;

/** Has a language model write, and extracts where that does not answer. */
final class ModelWriter implements Writer {
  /** Characters of what a model may say. */
  static final int LONGEST = 4_000;

  private final LanguageModel model;

  ModelWriter(LanguageModel model) {
    this.model = model;
  }

  @Override
  public String by() {
    return model.isWell() ? name() : ExtractiveWriter.NAME;
  }

  private String name() {
    return "model:" + model.name();
  }

  @Override
  public Future<Written> write(Wanted wanted) {
    if (wanted.texts().isEmpty()) {
      return Future.succeededFuture(new Written("", ExtractiveWriter.NAME, null));
    }
    return model
        .ask(Prompt.system(wanted), Prompt.user(wanted))
        .map(text -> new Written(Prompt.cut(text, LONGEST), name(), null))
        .otherwise(failure -> instead(wanted, failure));
  }

  private static Written instead(Wanted wanted, Throwable failure) {
    String why = failure instanceof ModelException known ? known.lack().word() : "failed";
    return new Written(ExtractiveWriter.extract(wanted), ExtractiveWriter.NAME, why);
  }
}
