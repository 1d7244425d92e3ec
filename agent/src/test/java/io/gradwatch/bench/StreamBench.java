package io.gradwatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.bench.StreamReader.Reading;
import io.gradwatch.bench.StreamReader.Way;
import java.io.File;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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
  private static final int QUICK_ROUNDS = 2;
  private static final int QUICK_PART = 8;
  private static final int WINDOWS = 100;

  /** Parsing is so slow that fewer records take as long. */
  private static final int PARSED_PART = 8;

  private final String servers;
  private final int rounds;
  private final int windows;
  private final List<Case> cases;

  private StreamBench(String servers, boolean quick) {
    this.servers = servers;
    rounds = quick ? QUICK_ROUNDS : ROUNDS;
    windows = quick ? WINDOWS / QUICK_PART : WINDOWS;
    cases = CASES.stream().map(one -> quick ? one.part(QUICK_PART) : one).toList();
  }

  /**
   * Traffic of the comparison.
   *
   * @param bytes of a record
   * @param records in its topic
   * @param windowSeconds so that n/k is 50 times as much
   */
  record Case(StreamPayload payload, int bytes, int records, int windowSeconds) {
    String topic() {
      return "%s-%d".formatted(payload.name().toLowerCase(Locale.ROOT), bytes);
    }

    Case part(int parts) {
      return new Case(payload, bytes, records / parts, windowSeconds);
    }

    @Override
    public String toString() {
      return "%s, %d KB, n/k = %,d"
          .formatted(payload, bytes / 1024, windowSeconds * StreamTopics.RATE / K);
    }

    Reading reading(String servers, Way way, boolean profile) {
      int part = way == Way.PARSING ? records / PARSED_PART : records;
      return new Reading(servers, way, payload, topic(), part, K, windowSeconds, 1, 0, profile);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(StreamPayload.JSON, 1_024, 512_000, 2),
          new Case(StreamPayload.JSON, 1_024, 512_000, 20),
          new Case(StreamPayload.JSON, 8_192, 153_600, 2),
          new Case(StreamPayload.PROTOBUF, 1_024, 512_000, 2),
          new Case(StreamPayload.PROTOBUF, 8_192, 153_600, 2));

  /**
   * Measures sections, prints them and writes them.
   *
   * @param quick whether a fraction of the records, rounds and windows is enough, to see that it
   *     works
   */
  static void report(File json, List<String> sections, boolean quick) throws Exception {
    try (Worker broker = BrokerProcess.start()) {
      StreamBench bench = new StreamBench(broker.ask("address").asText(), quick);
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json, bench.measure(sections));
    }
  }

  private Map<String, Object> measure(List<String> sections) throws Exception {
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("processors", Runtime.getRuntime().availableProcessors());
    fill(sections.contains("rates") ? cases : cases.subList(0, 1));
    if (sections.contains("rates")) {
      results.put("rates", rates());
    }
    if (sections.contains("costs")) {
      results.put("costs", StreamCosts.measure(servers, cases.get(0)));
    }
    if (sections.contains("profile")) {
      results.put("profile", profile(cases.get(1)));
    }
    if (sections.contains("latency")) {
      results.put("latency", StreamLatency.measure(servers, windows));
    }
    return results;
  }

  private void fill(List<Case> all) throws Exception {
    StreamTopics.create(servers, List.of("bench.samples", "bench.dead-letters"));
    Set<String> filled = new HashSet<>();
    for (Case traffic : all) {
      if (filled.add(traffic.topic())) {
        StreamTopics.create(servers, List.of(traffic.topic()));
        StreamTopics.fill(
            servers, traffic.topic(), traffic.payload(), traffic.bytes(), traffic.records());
      }
    }
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

  private List<Row> rates() throws Exception {
    Map<Way, Worker> readers = new EnumMap<>(Way.class);
    List<Row> rows = new ArrayList<>();
    try {
      for (Way way : Way.values()) {
        readers.put(way, StreamReader.start());
      }
      for (Case traffic : cases) {
        Row row = row(traffic, readers, rows.isEmpty() ? WARM_UP + 1 : WARM_UP - 1);
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

  private Row row(Case traffic, Map<Way, Worker> readers, int warmUp) throws Exception {
    Map<Way, double[]> rates = new EnumMap<>(Way.class);
    Map<Way, double[]> cpu = new EnumMap<>(Way.class);
    for (int round = -warmUp; round < rounds; round++) {
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

  private void put(Map<Way, double[]> all, Way way, int round, double value) {
    all.computeIfAbsent(way, w -> new double[rounds])[round] = value;
  }

  private static Map<Way, Spread> spreads(Map<Way, double[]> all) {
    Map<Way, Spread> spreads = new EnumMap<>(Way.class);
    all.forEach((way, values) -> spreads.put(way, Spread.of(values)));
    return spreads;
  }

  private Spread ratio(Map<Way, double[]> rates, Way to) {
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      ratios[round] = value(rates, Way.SAMPLING, round) / value(rates, to, round);
    }
    return Spread.of(ratios);
  }

  private double value(Map<Way, double[]> all, Way way, int round) {
    return all.getOrDefault(way, new double[rounds])[round];
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

  private Object profile(Case traffic) throws Exception {
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
