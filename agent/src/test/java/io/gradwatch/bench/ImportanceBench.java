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
 *
 * <p>Measured on two cores of a Xeon with AVX-512 that other work kept busy (load 5 to 12, so that
 * the quartiles are wide and times a sample are too long), libtorch 2.7.1, one thread, Java 17:
 *
 * <pre>
 * one pass over plain, b = 16                digits 1.18 (0.93-1.90)  MLP 1.72 (1.31-1.98)
 *                                            CNN 1.19 (1.04-1.25)  transformer 1.10 (0.98-1.26)
 *                                            ResNet-18 1.04 (0.93-1.27)
 * b = 1 over b = 16 at equal error, digits   fisher passes 6.4, time 2.1; taylor 5.5, 1.8 (4 each:
 *                                            time is missed)
 * error of b = 4, 8, 16, 32 over b = 1       digits, taylor: 1.26  1.43  1.91  2.35, so b = 8
 * ms a sample, peak MiB                      loop        vmap        b = 1       b = 16
 *   digits                                   0.63  347   0.06  358   0.65  302   0.14  262
 *   CNN                                      2.3   301   2.7   490   2.4   316   0.51  271
 *   ResNet-18                                77    449   218  2018   71    454   14    436
 * </pre>
 *
 * <p>On the digits' network a call costs more than its arithmetic: {@code vmap}, which takes 64
 * samples a call, is ahead there, and a pass over 16 samples takes three times as long as over one.
 * The rule of {@link GroupError} leaves the untrained models with their random inputs at b = 1; the
 * trained one, on real data, is the guide.
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
