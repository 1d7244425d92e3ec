package io.gradwatch.bench;

/** Says of each window of a stream, in their order, whether it alarms. */
interface DriftDetector {
  /** What it says of one window. */
  enum Verdict {
    QUIET,
    /** It alarms now; one that stays in its alarm is quiet afterwards. */
    ALARM,
    /** It says that it cannot promise its budget. */
    ABSTAINS;

    static Verdict of(boolean alarm) {
      return alarm ? ALARM : QUIET;
    }
  }

  Verdict judge(DriftWindow window);

  /** Whether what it says depends on the windows that it judged before. */
  default boolean remembers() {
    return false;
  }
}
