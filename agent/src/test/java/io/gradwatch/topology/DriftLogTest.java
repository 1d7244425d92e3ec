package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What whoever has only the log learns of a model's status. */
class DriftLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(DriftProcessor.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Random noise = new Random(20260301);
  private final Metrics metrics = new Metrics();
  private final DriftDriver drift = new DriftDriver(Traffic.model(), metrics);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(log);
    log.start();
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    logger.setAdditive(true);
    logger.setLevel(null);
    drift.close();
    metrics.close();
  }

  @Test
  void saysEachChangeOfTheStatusOnceAndWhyABudgetIsNotKept() {
    for (int number = 0; number < 19; number++) {
      window(number, Traffic.K);
    }
    assertThat(log.list)
        .singleElement()
        .matches(event -> event.getLevel() == Level.INFO)
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith("model digits is calibrating as of the window until 1970-01-01T00:00:10Z");
    window(19, Traffic.K);
    window(20, Traffic.K);
    log.list.clear();

    window(21, 2 * Traffic.K);
    window(22, 2 * Traffic.K);

    assertThat(log.list)
        .singleElement()
        .matches(event -> event.getLevel() == Level.WARN)
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith("model digits is uncalibrated, was stable, as of the window until ")
        .contains("the baseline does not fit: samples a window was 8 and is 16 now");
  }

  @Test
  void saysWhyAWindowWasSkipped() {
    skip("inputs", "digits@0 refuses samples with inputs x [2]");
    skip("too-few", null);

    assertThat(log.list)
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
        .containsExactly(
            "WARN model digits: the window until 1970-01-01T00:00:10Z is skipped as inputs:"
                + " digits@0 refuses samples with inputs x [2]",
            "INFO model digits: the window until 1970-01-01T00:00:10Z is skipped as too-few");
  }

  private void skip(String reason, @Nullable String message) {
    drift.outcomes.pipeInput(
        Traffic.MODEL, WindowOutcome.skipped(Traffic.MODEL, 0, Traffic.SIZE, reason, message));
  }

  private void window(int number, int samples) {
    double mean = Math.exp(0.05 * noise.nextGaussian());
    long start = number * Traffic.SIZE;
    ImportanceSnapshot snapshot =
        AnySnapshot.of(
            Traffic.MODEL,
            new ModelVersion("digits", "0".repeat(64)),
            start,
            start + Traffic.SIZE,
            samples,
            List.of(AnySnapshot.group("w", "taylor", mean)));
    drift.outcomes.pipeInput(Traffic.MODEL, WindowOutcome.computed(snapshot));
  }
}
