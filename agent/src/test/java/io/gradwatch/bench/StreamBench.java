package io.gradwatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.bench.StreamReader.Reading;
import io.gradwatch.bench.StreamReader.Way;
import java.io.File;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast the sampling application reads: against a consumer that only counts, a topology that
 * does nothing, and itself when it parses every record. The broker and every reader are processes
 * of their own, one thread each, which read one after the other, round by round, so that all ratios
 * are of neighbours in time. The first rounds only warm up.
 */
final class StreamBench {
  static final List<String> SECTIONS = List.of("rates", "costs", "latency", "profile");
  private static final int K = 512;
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 7;

  /** Parsing is so slow that fewer records take as long. */
  private static final int PARSED_PART = 4;

  private StreamBench() {}

  /**
   * Traffic of the comparison.
   *
   * @param bytes of a record
   * @param records in its topic
   * @param windowSeconds so that n/k is 50 times as much
   */
  record Case(StreamPayload payload, int bytes, int records, int windowSeconds) {
    String topic() {
      return "%s-%d".formatted(payload.name().toLowerCase(java.util.Locale.ROOT), bytes);
    }

    @Override
    public String toString() {
      return "%s, %d KB, n/k = %,d"
          .formatted(payload, bytes / 1024, windowSeconds * StreamTopics.RATE / K);
    }

    Reading reading(String servers, Way way, boolean profile) {
      int part = way == Way.PARSING ? records / PARSED_PART : records;
      return new Reading(servers, way, payload, topic(), part, K, windowSeconds, 1, profile);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(StreamPayload.JSON, 1_024, 1_024_000, 2),
          new Case(StreamPayload.JSON, 1_024, 1_024_000, 20),
          new Case(StreamPayload.JSON, 8_192, 256_000, 2),
          new Case(StreamPayload.PROTOBUF, 1_024, 1_024_000, 2),
          new Case(StreamPayload.PROTOBUF, 8_192, 256_000, 2));

  static void report(File json, List<String> sections) throws Exception {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("processors", Runtime.getRuntime().availableProcessors());
    try (Worker broker = BrokerProcess.start()) {
      String servers = broker.ask("address").asText();
      StreamTopics.create(servers, List.of("bench.samples", "bench.dead-letters"));
      List<String> filled = new ArrayList<>();
      for (Case traffic : CASES) {
        boolean wanted = sections.contains("rates") || traffic.equals(CASES.get(0));
        if (wanted && !filled.contains(traffic.topic())) {
          StreamTopics.create(servers, List.of(traffic.topic()));
          StreamTopics.fill(
              servers, traffic.topic(), traffic.payload(), traffic.bytes(), traffic.records());
          filled.add(traffic.topic());
        }
      }
      if (sections.contains("rates")) {
        results.put("rates", rates(servers));
      }
      if (sections.contains("costs")) {
        results.put("costs", StreamCosts.measure(servers, CASES.get(0)));
      }
      if (sections.contains("profile")) {
        results.put("profile", profile(servers, CASES.get(1)));
      }
      if (sections.contains("latency")) {
        results.put("latency", StreamLatency.measure(servers));
      }
    }
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, results);
  }

  /**
   * What one case says; ratios are of the same round.
   *
   * @param rates records a second
   * @param cpuMicros of the reader's process a record, which is seconds a million
   */
  record Row(
      String traffic,
      Map<Way, Spread> rates,
      Map<Way, Spread> cpuMicros,
      Spread ofIdle,
      Spread ofConsumer,
      Spread ofParsing) {}

  private static List<Row> rates(String servers) throws Exception {
    Map<Way, Worker> readers = new EnumMap<>(Way.class);
    List<Row> rows = new ArrayList<>();
    try {
      for (Way way : Way.values()) {
        readers.put(way, StreamReader.start());
      }
      for (Case traffic : CASES) {
        Row row = row(servers, traffic, readers, rows.isEmpty() ? WARM_UP + 1 : WARM_UP - 1);
        print(row);
        rows.add(row);
      }
    } finally {
      for (Worker reader : readers.values()) {
        reader.close();
      }
    }
    return rows;
  }

  private static Row row(String servers, Case traffic, Map<Way, Worker> readers, int warmUp)
      throws Exception {
    Map<Way, double[]> rates = new EnumMap<>(Way.class);
    Map<Way, double[]> cpu = new EnumMap<>(Way.class);
    for (int round = -warmUp; round < ROUNDS; round++) {
      for (Map.Entry<Way, Worker> reader : readers.entrySet()) {
        JsonNode answer = reader.getValue().ask(traffic.reading(servers, reader.getKey(), false));
        if (round >= 0) {
          put(rates, reader.getKey(), round, answer.get("rate").asDouble());
          put(cpu, reader.getKey(), round, answer.get("cpuMicros").asDouble());
        }
      }
    }
    return new Row(
        traffic.toString(),
        spreads(rates),
        spreads(cpu),
        ratio(rates, Way.IDLE),
        ratio(rates, Way.CONSUMER),
        ratio(rates, Way.PARSING));
  }

  private static void put(Map<Way, double[]> all, Way way, int round, double value) {
    all.computeIfAbsent(way, w -> new double[ROUNDS])[round] = value;
  }

  private static Map<Way, Spread> spreads(Map<Way, double[]> all) {
    Map<Way, Spread> spreads = new EnumMap<>(Way.class);
    all.forEach((way, values) -> spreads.put(way, Spread.of(values)));
    return spreads;
  }

  private static Spread ratio(Map<Way, double[]> rates, Way to) {
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ratios[round] = value(rates, Way.SAMPLING, round) / value(rates, to, round);
    }
    return Spread.of(ratios);
  }

  private static double value(Map<Way, double[]> all, Way way, int round) {
    return all.getOrDefault(way, new double[ROUNDS])[round];
  }

  private static void print(Row row) {
    System.out.printf("%s%n", row.traffic());
    row.rates()
        .forEach(
            (way, rate) ->
                System.out.printf(
                    "  %-9s %,10.0f records/s (%,.0f-%,.0f), %s CPU seconds a million%n",
                    way, rate.median(), rate.low(), rate.high(), row.cpuMicros().get(way)));
    System.out.printf(
        "  sampling / idle %s, / consumer %s, / parsing %s%n",
        row.ofIdle(), row.ofConsumer(), row.ofParsing());
  }

  private static Object profile(String servers, Case traffic) throws Exception {
    Map<Way, JsonNode> spots = new EnumMap<>(Way.class);
    for (Way way : List.of(Way.IDLE, Way.SAMPLING)) {
      try (Worker reader = StreamReader.start()) {
        for (int warm = 0; warm < WARM_UP; warm++) {
          reader.ask(traffic.reading(servers, way, false));
        }
        JsonNode found = reader.ask(traffic.reading(servers, way, true)).get("hotSpots");
        spots.put(way, found);
        for (String by : List.of("parts", "methods")) {
          System.out.printf("%s, %s%n", way, by);
          found
              .get(by)
              .forEach(
                  spot ->
                      System.out.printf(
                          "  %5.1f %%  %s%n",
                          100 * spot.get("share").asDouble(), spot.get("what").asText()));
        }
      }
    }
    return spots;
  }
}
