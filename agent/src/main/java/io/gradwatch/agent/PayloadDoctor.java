package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.Tensor;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.topology.RecordFields;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Looks at whether recent records can be read, and what becomes of them for the model. */
final class PayloadDoctor {
  private PayloadDoctor() {}

  /**
   * Reads a model's recent records.
   *
   * @param records oldest first; nothing is found where there are none
   */
  static List<Finding> examine(
      ModelSettings model, PayloadReader reader, List<ConsumerRecord<byte[], byte[]>> records) {
    List<Finding> findings = new ArrayList<>();
    if (records.isEmpty()) {
      return findings;
    }
    int requests = 0;
    int responses = 0;
    String newest = "";
    String fault = "";
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        Payload payload = payload(record);
        List<InferenceSample> rows = reader.read(payload);
        requests += rows.isEmpty() ? 0 : 1;
        responses += rows.isEmpty() ? 1 : 0;
        newest = rows.isEmpty() ? newest : found(reader.describe(payload), rows);
      } catch (MalformedSampleException e) {
        fault = String.valueOf(e.getMessage());
      }
    }
    int refused = records.size() - requests - responses;
    String counts =
        "of the %d newest records %d are requests, %d responses, %d refused"
            .formatted(records.size(), requests, responses, refused);
    String advice =
        refused == 0
            ? ""
            : "; refused: %s: look at what producers send, or correct format, avro-schema or inputs"
                .formatted(fault);
    boolean good = requests > 0 && refused == 0;
    String only = requests + refused == 0 ? "; expected requests: are these the right topics?" : "";
    String what = "payload of model " + model.configuredName();
    return List.of(new Finding(good, what, counts + newest + advice + only));
  }

  private static Payload payload(ConsumerRecord<byte[], byte[]> record)
      throws MalformedSampleException {
    if (record.value() == null) {
      throw new MalformedSampleException("the record has no value");
    }
    return RecordFields.payload(record.value(), record.headers());
  }

  private static String found(String message, List<InferenceSample> rows) {
    String taken =
        rows.get(0).inputs().stream()
            .map(PayloadDoctor::describe)
            .collect(Collectors.joining(", "));
    return "; the newest request has %s and gives %d samples of %s"
        .formatted(message, rows.size(), taken);
  }

  private static String describe(Tensor tensor) {
    return "%s %s %s".formatted(tensor.name(), tensor.type(), tensor.shape());
  }
}
