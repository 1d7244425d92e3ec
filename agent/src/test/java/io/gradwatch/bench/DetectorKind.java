package io.gradwatch.bench;

import io.gradwatch.bench.DriftDetector.Verdict;
import java.util.List;
import moa.classifiers.core.driftdetection.ADWINChangeDetector;
import moa.classifiers.core.driftdetection.DDM;
import moa.classifiers.core.driftdetection.PageHinkleyDM;

/**
 * The detectors that are compared, each on the same windows with the same baseline.
 *
 * <p>Those with a level alarm by chance once in {@link GradwatchDetector#LIMIT} windows at most, as
 * Gradwatch does; the others have what their documentation says.
 */
enum DetectorKind {
  GRADWATCH("Gradwatch", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return GradwatchDetector.traffic(baseline);
    }
  },
  GRADWATCH_CONCEPT("Gradwatch concept", true) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return GradwatchDetector.concept(baseline);
    }
  },
  KS_INPUTS("KS inputs", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new KsDetector(baseline, DriftWindow::inputs, 1.0 / GradwatchDetector.LIMIT);
    }
  },
  KS_OUTPUTS("KS outputs", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new KsDetector(baseline, DriftWindow::outputs, 1.0 / GradwatchDetector.LIMIT);
    }
  },
  PSI("PSI > 0.2", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new PsiDetector(baseline);
    }
  },
  NDCG("NDCG < 0.9", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new NdcgDetector(baseline);
    }
  },
  MMD("MMD inputs", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new MmdDetector(baseline);
    }
  },
  ADWIN("ADWIN", true) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new ErrorDetector(new ADWINChangeDetector(), baseline);
    }
  },
  DDM_ERRORS("DDM", true) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new ErrorDetector(new DDM(), baseline);
    }
  },
  PAGE_HINKLEY("Page-Hinkley", true) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return new ErrorDetector(new PageHinkleyDM(), baseline);
    }
  },
  ALWAYS("always", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return window -> Verdict.ALARM;
    }
  },
  NEVER("never", false) {
    @Override
    DriftDetector fit(List<DriftWindow> baseline) {
      return window -> Verdict.QUIET;
    }
  };

  final String label;

  /** Whether it needs the true answers. */
  final boolean labelled;

  DetectorKind(String label, boolean labelled) {
    this.label = label;
    this.labelled = labelled;
  }

  boolean peer() {
    return this != GRADWATCH && this != GRADWATCH_CONCEPT;
  }

  /** The one of Gradwatch's two that needs no more than this one. */
  DetectorKind counterpart() {
    return labelled ? GRADWATCH_CONCEPT : GRADWATCH;
  }

  /** A detector that has seen the baseline's windows and no other. */
  abstract DriftDetector fit(List<DriftWindow> baseline);
}
