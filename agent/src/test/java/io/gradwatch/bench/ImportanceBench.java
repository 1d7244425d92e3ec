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
 * <p>Measured on two cores of a Xeon with AVX-512 and nothing else to do (the errors by b on a busy
 * one), libtorch 2.7.1, one thread, Java 17:
 *
 * <pre>
 * one pass over plain, b = 16                digits 1.32 (1.30-1.33, limit 1.25 missed)
 *                                            MLP 1.74 (1.70-1.75)  CNN 1.09 (1.09-1.10)
 *                                            transformer 1.09 (1.09-1.10)
 *                                            ResNet-18 1.07 (1.07-1.09)
 * b = 1 over b = 16 at equal error, digits   fisher passes 6.4, time 1.8; taylor 5.5, 1.5 (4 each:
 *                                            time is missed)
 * error of b = 4, 8, 16, 32 over b = 1       digits, taylor: 1.26  1.43  1.91  2.35, so b = 8
 * ms a sample, peak MiB                      loop        vmap        b = 1       b = 16
 *   digits                                   0.33  346   0.04  358   0.29  320   0.08  261
 *   CNN                                      1.4   302   1.8   489   1.5   312   0.32  271
 *   ResNet-18                                56    455   124  2012   51    457   11    433
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
