package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.topology.JoinId;
import io.gradwatch.topology.RecordFields;
import io.gradwatch.window.JoinSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Looks at whether the newest requests and responses have the id that they are joined by. */
final class JoinDoctor {
  private JoinDoctor() {}

  /** The ids of one kind of records, in their order; null for one without. */
  private record Ids(List<@Nullable String> all) {
    Set<String> known() {
      Set<String> known = new HashSet<>();
      all.stream().filter(id -> id != null).forEach(known::add);
      return known;
    }

    long missing() {
      return all.stream().filter(id -> id == null).count();
    }

    /** For people, for instance {@code 12 requests, 1 without an id, 3 with that of another}. */
    String text(String what) {
      long repeated = all.size() - missing() - known().size();
      return "%d %s%s%s"
          .formatted(
              all.size(),
              what,
              missing() == 0 ? "" : ", %d without an id".formatted(missing()),
              repeated == 0 ? "" : ", %d with the id of another one".formatted(repeated));
    }
  }

  /**
   * Examines a model's {@code join}; nothing where it has none, or where there are no records.
   *
   * @param records the newest of its topics that may be its own, those of responses among them
   */
  static List<Finding> examine(
      ModelSettings model, SampleReader reader, List<ConsumerRecord<byte[], byte[]>> records) {
    JoinSettings join = model.join();
    if (join == null || records.isEmpty()) {
      return List.of();
    }
    Ids requests = new Ids(new ArrayList<>());
    Ids responses = new Ids(new ArrayList<>());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Message message = message(record, join, reader);
      if (message != null) {
        Ids ids = message.response() == null ? requests : responses;
        ids.all.add(id(record, message, join.id()));
      }
    }
    return List.of(finding(model, join, requests, responses));
  }

  private static Finding finding(
      ModelSettings model, JoinSettings join, Ids requests, Ids responses) {
    Set<String> partners = requests.known();
    partners.retainAll(responses.known());
    boolean distinct = requests.known().size() > requests.all.size() / 2;
    boolean good = distinct && (!join.responses() || !partners.isEmpty());
    String found =
        "the id is the %s%s; among the newest records are %s"
            .formatted(place(join.id()), cost(join.id()), requests.text("requests"));
    String answers =
        join.responses()
            ? " and %s; %d requests found their response"
                .formatted(responses.text("responses"), partners.size())
            : "";
    return new Finding(
        good,
        "join of model " + model.configuredName(),
        found + answers + (good ? "" : advice(join, responses)));
  }

  private static String advice(JoinSettings join, Ids responses) {
    String where = join.responseTopics().isEmpty() ? "topics" : "response-topics";
    return join.responses() && responses.all.isEmpty()
        ? "; expected responses in %s: correct it, or say responses: false".formatted(where)
        : "; expected an id of its own for each request, and the same in its response: correct id";
  }

  private static String place(Field id) {
    return id instanceof Field.OfRecord ? id.label() : "one in the " + id.label();
  }

  private static String cost(Field id) {
    return id instanceof Field.OfRecord
        ? ""
        : " (every record is parsed for it: a header or the key costs less)";
  }

  private static @Nullable String id(
      ConsumerRecord<byte[], byte[]> record, Message message, Field id) {
    return JoinId.orNull(
        id instanceof Field.OfRecord beside
            ? RecordFields.text(beside, record.key(), record.headers())
            : message.id());
  }

  /** Null where it cannot be read, which is a finding of its own. */
  private static @Nullable Message message(
      ConsumerRecord<byte[], byte[]> record, JoinSettings join, SampleReader reader) {
    byte[] value = record.value();
    try {
      return value == null
          ? null
          : reader.message(
              RecordFields.payload(value, record.headers()),
              join.isOfResponses().test(record.topic()));
    } catch (MalformedSampleException e) {
      return null;
    }
  }
}
