package io.gradwatch.bench;

import io.gradwatch.bench.StreamReader.Reading;
import io.gradwatch.bench.StreamReader.Way;
import java.util.ArrayList;
import java.util.List;

/** What the size of the sample, the length of the window and the number of models cost. */
final class StreamCosts {
  private static final int ROUNDS = 3;

  private StreamCosts() {}

  /**
   * One setting.
   *
   * @param rate records a second
   * @param cpuMicros of the process a record
   */
  record Row(Setting setting, Spread rate, Spread cpuMicros) {}

  /**
   * What is varied.
   *
   * @param batchBytes of the producer; 0 for what the agent says
   */
  record Setting(int k, int windowSeconds, int models, int batchBytes) {
    @Override
    public String toString() {
      return "k = %,d, window %d s (n = %,d), models %d%s"
          .formatted(
              k,
              windowSeconds,
              windowSeconds * StreamTopics.RATE,
              models,
              batchBytes == 0 ? "" : ", batch.size %,d".formatted(batchBytes));
    }
  }

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(512, 20, 1, 0),
          new Setting(64, 20, 1, 0),
          new Setting(4_096, 20, 1, 0),
          new Setting(512, 2, 1, 0),
          new Setting(512, 2, 1, 16_384),
          new Setting(512, 5, 1, 0),
          new Setting(512, 20, 10, 0),
          new Setting(512, 20, 50, 0));

  static List<Row> measure(String servers, StreamBench.Case traffic) throws Exception {
    List<double[]> rates = new ArrayList<>();
    List<double[]> cpu = new ArrayList<>();
    SETTINGS.forEach(
        setting -> {
          rates.add(new double[ROUNDS]);
          cpu.add(new double[ROUNDS]);
        });
    try (Worker reader = StreamReader.start()) {
      for (int round = -1; round < ROUNDS; round++) {
        for (int i = 0; i < SETTINGS.size(); i++) {
          var answer = reader.ask(reading(servers, traffic, SETTINGS.get(i)));
          if (round >= 0) {
            rates.get(i)[round] = answer.get("rate").asDouble();
            cpu.get(i)[round] = answer.get("cpuMicros").asDouble();
          }
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < SETTINGS.size(); i++) {
      Row row = new Row(SETTINGS.get(i), Spread.of(rates.get(i)), Spread.of(cpu.get(i)));
      System.out.printf(
          "%s: %,.0f records/s, %s CPU seconds a million%n",
          row.setting(), row.rate().median(), row.cpuMicros());
      rows.add(row);
    }
    return rows;
  }

  private static Reading reading(String servers, StreamBench.Case traffic, Setting setting) {
    // With many models each record counts as many times.
    int records = setting.models() > 2 ? traffic.records() / 8 : traffic.records();
    return new Reading(
        servers,
        Way.SAMPLING,
        traffic.payload(),
        traffic.topic(),
        records,
        setting.k(),
        setting.windowSeconds(),
        setting.models(),
        setting.batchBytes(),
        false);
  }
}
