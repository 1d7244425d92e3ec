package io.gradwatch.agent;

import io.gradwatch.config.ModelSettings;
import io.gradwatch.http.PageData.Unit;
import io.gradwatch.importance.ContributorPass;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.ContributorRequest.OfGroup;
import io.gradwatch.importance.ContributorRequest.Units;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Group;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.Question;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The newest requests of a model, and which of them drive one of its units most. Immutable.
 *
 * @param rows of the requests, by where they stand, the oldest first
 */
record UnitSamples(Map<SampleReference, Optional<InferenceSample>> rows) {
  /** A pass each: what somebody waits for, and the device has other work. */
  private static final int ROWS = 64;

  /**
   * Reads them.
   *
   * @param kafka properties of the client
   * @throws org.apache.kafka.common.KafkaException if the topics cannot be read
   */
  static UnitSamples newest(Map<String, Object> kafka, ModelSettings model) {
    Map<SampleReference, Optional<InferenceSample>> rows = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        RecentSamples.read(kafka, model.topics().names(), ROWS)) {
      List<InferenceSample> ofRecord =
          SelectionDoctor.rows(model.selection(), record, Readers.of(model));
      for (int row = 0; row < ofRecord.size() && rows.size() < ROWS; row++) {
        SampleReference reference =
            new SampleReference(record.topic(), record.partition(), record.offset(), row);
        rows.put(reference, Optional.of(ofRecord.get(row)));
      }
    }
    return new UnitSamples(rows);
  }

  /**
   * Asks which of them have most of a unit's importance.
   *
   * @param method by which it is measured
   * @return whose answer fails with an {@link IllegalArgumentException} if the model has no such
   *     unit
   */
  Question<Contributors> drivers(String model, Unit unit, ImportanceMethod method) {
    List<InferenceSample> samples = new ArrayList<>();
    rows.values().forEach(row -> row.ifPresent(samples::add));
    SampleBatch batch =
        new SampleBatch(
            model, 0, 1, samples, samples.size(), "", false, List.copyOf(rows.keySet()));
    int place = unit.number();
    ContributorRequest request =
        new ContributorRequest(
            method, List.of(new OfGroup(unit.group(), List.of(new Units(place, place, 1)))));
    return (loaded, settings) -> {
      requireThere(settings.grouping().of(loaded.parameters()), unit);
      Contributors found = ContributorPass.over(loaded, settings, batch, request, System::nanoTime);
      if (found == null) {
        throw new IllegalStateException("there is no group " + unit.group());
      }
      return found;
    };
  }

  private static void requireThere(List<Group> groups, Unit unit) {
    Group group =
        groups.stream()
            .filter(each -> each.name().equals(unit.group()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("The model has no group " + unit.group() + "."));
    if (unit.number() >= group.units()) {
      throw new IllegalArgumentException(
          "%s has the units 0 to %d.".formatted(group.name(), group.units() - 1));
    }
  }
}
