package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Match;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.Selection.Outside;
import io.gradwatch.topology.RecordFields;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Looks at whether recent records have what tells models and segments apart. */
final class SelectionDoctor {
  private SelectionDoctor() {}

  /**
   * Examines a model's {@code match} and {@code segments}; nothing where it has neither, or where
   * there are no recent records.
   *
   * @param segments of one configured model; itself if it has none
   * @param reader of its records
   */
  static List<Finding> examine(
      List<ModelSettings> segments,
      SampleReader reader,
      List<ConsumerRecord<byte[], byte[]>> records) {
    ModelSettings first = segments.get(0);
    List<Finding> findings = new ArrayList<>();
    if (records.isEmpty()) {
      return findings;
    }
    Selection model = new Selection(first.selection().matches(), null);
    if (!model.matches().isEmpty()) {
      findings.add(match(first.configuredName(), model, reader, records));
    }
    if (first.selection().segment() != null) {
      findings.add(segments(segments, reader, records));
    }
    return findings;
  }

  private static Finding match(
      String name,
      Selection model,
      SampleReader reader,
      List<ConsumerRecord<byte[], byte[]>> records) {
    long matching = records.stream().filter(record -> takes(model, record, reader)).count();
    String fields =
        model.matches().stream()
            .map(Match::field)
            .map(Field::label)
            .collect(Collectors.joining(" and "));
    String found =
        "%d of the %d newest records match by %s".formatted(matching, records.size(), fields);
    return new Finding(
        matching > 0,
        "match of model " + name,
        matching > 0 ? found : found + "; look at what producers send, or correct match");
  }

  private static Finding segments(
      List<ModelSettings> segments,
      SampleReader reader,
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, Long> inside = new LinkedHashMap<>();
    Map<Outside, Long> outside = new EnumMap<>(Outside.class);
    for (ModelSettings segment : segments) {
      inside.put(
          segment.name(),
          records.stream().filter(record -> takes(segment.selection(), record, reader)).count());
    }
    Selection first = segments.get(0).selection();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      first
          .outside(text(record), RecentSamples.rows(record, reader))
          .ifPresent(reason -> outside.merge(reason, 1L, Long::sum));
    }
    long absent = outside.getOrDefault(Outside.ABSENT, 0L);
    boolean good = inside.values().stream().anyMatch(count -> count > 0);
    String field = first.segment() == null ? "" : first.segment().match().field().label();
    return new Finding(
        good,
        "segments of model " + segments.get(0).configuredName(),
        "of the %d newest records %s; %d with another %s, %d without%s"
            .formatted(
                records.size(),
                inside.entrySet().stream()
                    .map(entry -> entry.getKey() + " has " + entry.getValue())
                    .collect(Collectors.joining(", ")),
                outside.getOrDefault(Outside.UNLISTED, 0L),
                field,
                absent,
                good ? "" : "; look at what producers send, or correct segments"));
  }

  /** The records that may be a model's, as far as that is seen without parsing. */
  static List<ConsumerRecord<byte[], byte[]>> of(
      Selection selection, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().filter(record -> selection.mayTake(text(record))).toList();
  }

  /** The same with the responses that may be to a model's requests. */
  static List<ConsumerRecord<byte[], byte[]>> joined(
      Selection selection, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().filter(record -> selection.mayAnswer(text(record))).toList();
  }

  /** The rows of a record that are a model's or a segment's. */
  static List<InferenceSample> rows(
      Selection selection, ConsumerRecord<byte[], byte[]> record, SampleReader reader) {
    return selection.mayTake(text(record))
        ? selection.rows(RecentSamples.rows(record, reader))
        : List.of();
  }

  private static boolean takes(
      Selection selection, ConsumerRecord<byte[], byte[]> record, SampleReader reader) {
    return !rows(selection, record, reader).isEmpty();
  }

  private static Function<Field.OfRecord, @Nullable String> text(
      ConsumerRecord<byte[], byte[]> record) {
    return field -> RecordFields.text(field, record.key(), record.headers());
  }
}
