package io.gradwatch.selftest;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.sample.InferenceSample;
import java.util.List;

/**
 * Windows of traffic that is taken to be without drift, in time's order, and the samples that
 * shifts are put into.
 */
public interface Recording {
  /** How many windows there are. */
  int windows();

  /**
   * A window's importance; may compute it, on the calling thread.
   *
   * @param index from 0, below {@link #windows}
   */
  ImportanceSnapshot window(int index);

  /**
   * Samples of one run to put shifts into, in time's order; no two runs share one. Fewer than a
   * window takes, where there are none.
   *
   * @param run from 0
   * @param from first window after which the shift begins
   * @param to end of the run's windows, exclusive
   */
  List<InferenceSample> injectable(int run, int from, int to);

  /** Windows computed from samples, each when it is asked for. */
  record Computed(WindowMaker model, List<InferenceSample> samples) implements Recording {
    @Override
    public int windows() {
      return samples.size() / model.size();
    }

    @Override
    public ImportanceSnapshot window(int index) {
      return model.window(
          samples.subList(index * model.size(), (index + 1) * model.size()),
          index * model.lengthMillis());
    }

    @Override
    public List<InferenceSample> injectable(int run, int from, int to) {
      return samples.subList(from * model.size(), to * model.size());
    }
  }

  /**
   * Past windows, whose samples are gone, and other samples to put shifts into.
   *
   * @param past in time's order
   * @param samples in time's order; empty to put no shifts in
   * @param perRun samples that each run gets; the first runs, while there are any left
   */
  record Past(List<ImportanceSnapshot> past, List<InferenceSample> samples, int perRun)
      implements Recording {
    public Past {
      past = List.copyOf(past);
    }

    @Override
    public int windows() {
      return past.size();
    }

    @Override
    public ImportanceSnapshot window(int index) {
      return past.get(index);
    }

    @Override
    public List<InferenceSample> injectable(int run, int from, int to) {
      return (run + 1) * perRun > samples.size()
          ? List.of()
          : samples.subList(run * perRun, (run + 1) * perRun);
    }
  }
}
