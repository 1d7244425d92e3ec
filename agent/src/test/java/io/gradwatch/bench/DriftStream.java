package io.gradwatch.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The streams of the drift benchmark; each run has seeds, and but for the digits a model, of its
 * own.
 */
enum DriftStream {
  SEA(1000, 3, 2) {
    @Override
    RowSource quiet(int run) {
      return MoaSource.sea(3, seed(run));
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "threshold 7 to 9.5", Kind.CONCEPT, (quiet, run) -> MoaSource.sea(4, other(run))));
    }
  },
  AGRAWAL(2000, 9, 2) {
    @Override
    RowSource quiet(int run) {
      return MoaSource.agrawal(1, seed(run));
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "function 1 to 2", Kind.CONCEPT, (quiet, run) -> MoaSource.agrawal(2, other(run))));
    }
  },
  HYPERPLANE(3000, 10, 2) {
    @Override
    RowSource quiet(int run) {
      return MoaSource.hyperplane(seed(run));
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "turns by 0.001 a row",
              Kind.CONCEPT,
              (quiet, run) -> ((MoaSource) quiet).move(0.001)));
    }
  },
  RBF(4000, 10, 2) {
    @Override
    RowSource quiet(int run) {
      return MoaSource.rbf(seed(run));
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "centroids move by 0.001 a row",
              Kind.BOTH,
              (quiet, run) -> ((MoaSource) quiet).move(0.001)));
    }
  },
  LED(5000, 24, 10) {
    @Override
    RowSource quiet(int run) {
      return MoaSource.led(0, seed(run));
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "7 segments swapped", Kind.BOTH, (quiet, run) -> MoaSource.led(7, other(run))));
    }
  },
  GAUSSIAN(6000, GaussianSource.FEATURES, 2) {
    @Override
    RowSource quiet(int run) {
      return new GaussianSource(seed(run), 0, 0);
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "irrelevant features + 0.5 sd",
              Kind.NUISANCE,
              (quiet, run) -> new GaussianSource(other(run), 0.5, 0)),
          new Change(
              "irrelevant features + 1 sd",
              Kind.NUISANCE,
              (quiet, run) -> new GaussianSource(other(run), 1, 0)),
          new Change(
              "relevant features correlated",
              Kind.TRAFFIC,
              (quiet, run) -> new GaussianSource(other(run), 0, 0.8)));
    }
  },
  DIGITS(7000, DigitSource.SIZE * DigitSource.SIZE, 10) {
    @Override
    RowSource quiet(int run) {
      return new DigitSource(HELD_OUT, seed(run), UnaryOperator.identity());
    }

    @Override
    List<Change> changes() {
      List<LabelledRow> prior =
          HELD_OUT.stream()
              .flatMap(row -> Stream.generate(() -> row).limit(row.label() < 5 ? 3 : 1))
              .toList();
      return List.of(
          digits("rotated", Kind.TRAFFIC, DigitSource::rotated),
          new Change(
              "noise of sd 0.2",
              Kind.TRAFFIC,
              (quiet, run) ->
                  new DigitSource(HELD_OUT, other(run), DigitSource.noisy(0.2, -other(run)))),
          digits("blurred", Kind.TRAFFIC, DigitSource::blurred),
          new Change(
              "0 to 4 thrice as often",
              Kind.TRAFFIC,
              (quiet, run) -> new DigitSource(prior, other(run), UnaryOperator.identity())),
          digits("1 and 7 change names", Kind.CONCEPT, DigitSource::renamed));
    }

    private Change digits(String name, Kind kind, UnaryOperator<LabelledRow> change) {
      return new Change(name, kind, (quiet, run) -> new DigitSource(HELD_OUT, other(run), change));
    }
  },
  DIGITS_TO_8(8000, DigitSource.SIZE * DigitSource.SIZE, 10) {
    @Override
    RowSource quiet(int run) {
      return new DigitSource(WITHOUT_9, seed(run), UnaryOperator.identity());
    }

    /** Of the other digits: the file's own split. */
    @Override
    List<LabelledRow> start(RowSource quiet) {
      return DigitSource.pool("train", row -> row.label() != 9);
    }

    @Override
    List<Change> changes() {
      return List.of(
          new Change(
              "an unseen class: 9",
              Kind.TRAFFIC,
              (quiet, run) -> new DigitSource(HELD_OUT, other(run), UnaryOperator.identity())));
    }
  };

  private static final int TRAINING = 10_000;
  private static final List<LabelledRow> HELD_OUT = DigitSource.pool("held-out", row -> true);
  private static final List<LabelledRow> WITHOUT_9 =
      HELD_OUT.stream().filter(row -> row.label() != 9).toList();

  private final int seed;
  final int features;
  final int classes;

  DriftStream(int seed, int features, int classes) {
    this.seed = seed;
    this.features = features;
    this.classes = classes;
  }

  /** What a change changes. */
  enum Kind {
    /** The inputs; which answers are true follows from them as before. */
    TRAFFIC,
    /** Which answers are true; the inputs stay. */
    CONCEPT,
    /** Both at once. */
    BOTH,
    /** Inputs that have nothing to do with the answers: an alarm is a false one. */
    NUISANCE
  }

  /** Makes the changed stream of a run; may go on with the quiet one. */
  interface After {
    RowSource rows(RowSource quiet, int run);
  }

  /** One drift. */
  record Change(String name, Kind kind, After after) {}

  /** The stream as the model knows it, from its start on. */
  abstract RowSource quiet(int run);

  abstract List<Change> changes();

  /** What the model is trained on; the stream goes on behind it. */
  List<LabelledRow> start(RowSource quiet) {
    return quiet.take(TRAINING);
  }

  /** Of one row, as the model takes it. */
  List<Long> extents() {
    long size = DigitSource.SIZE;
    return this == DIGITS ? List.of(1L, size, size) : List.of((long) features);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int seed(int run) {
    return seed + run;
  }

  int other(int run) {
    return 500_000 + seed(run);
  }
}
