package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What importance costs: against plain passes, against b = 1, and against Python; and how exact it
 * is by micro-batch. All ratios are of times within one run.
 */
final class ImportanceBench {
  private ImportanceBench() {}

  static void report(File json, List<String> sections) throws IOException, InterruptedException {
    Python python = Python.find();
    BenchModel.makeAll(python);
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("processors", Runtime.getRuntime().availableProcessors());
    if (sections.contains("cost")) {
      List<SweepCost.Row> rows = SweepCost.measure();
      SweepCost.print(rows);
      results.put("cost", rows);
    }
    if (sections.contains("equal-error")) {
      List<EqualError.Row> rows = EqualError.measure();
      EqualError.print(rows);
      results.put("equalError", rows);
    }
    if (sections.contains("group-error")) {
      List<GroupError.Row> rows = GroupError.measure();
      GroupError.print(rows);
      results.put("groupError", rows);
    }
    if (sections.contains("peers")) {
      List<Peers.Row> rows = Peers.measure(python);
      Peers.print(rows);
      results.put("peers", rows);
    }
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, results);
  }
}
