/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/** What the log's two forms make of an event. */
class LogFormatTest {
  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void shouldWriteOneLineForAnEventOfSeveral(String format) throws JoranException {
    assertThat(written(format, "members:\n\n  one\r\n  two\n", new IllegalStateException("a\nb")))
        .endsWith("\n")
        .containsOnlyOnce("\n")
        .doesNotContain("\r");
  }

  @Test
  void shouldPutBlanksForLineBreaksOfText() throws JoranException {
    assertThat(written("text", "members:\n\n  one\r\n  two", null))
        .endsWith(" WARN  x.Y - members: one two\n");
  }

  @Test
  void shouldSayWhichSessionAnEventIsAbout() throws JoranException {
    KeyValuePair session = new KeyValuePair("session", "node-7");
    assertThat(written("text", "closed", null, session))
        .endsWith(" WARN  x.Y - closed session=node-7\n");
    assertThat(written("json", "closed", null, session)).contains("{\"session\":\"node-7\"}");
  }

  private static String written(
      String format, String message, @Nullable Throwable failure, KeyValuePair... about)
      throws JoranException {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("starling.log.format", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogFormatTest.class.getResource("/logback.xml")));
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
    Logger logger = context.getLogger("x.Y");
    LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, failure, null);
    List.of(about).forEach(event::addKeyValuePair);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
