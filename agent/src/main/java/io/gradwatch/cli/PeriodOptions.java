package io.gradwatch.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say of which stretch of event time past windows are taken. */
final class PeriodOptions {
  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      converter = InstantConverter.class,
      description = "event time of the first window, for instance 2026-03-01T12:00:00Z")
  @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "INSTANT",
      converter = InstantConverter.class,
      description = "event time of the last window's end")
  @Nullable Instant to;

  /** Whether something less than all of it is asked for. */
  boolean isGiven() {
    return from != null || to != null;
  }

  /** Reads an instant of ISO 8601, in UTC. */
  static final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
      try {
        return Instant.parse(value);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'%s' is no instant, for instance 2026-03-01T12:00:00Z".formatted(value));
      }
    }
  }
}
