package io.gradwatch.importance;

/** How many samples a model takes in one pass, found out by trying. */
public enum Batching {
  /** Any number, and each is answered as if it came alone. */
  ANY("batches of any size"),
  /** A batch of one only, as an export with a fixed batch size leaves it. */
  ONE("batches of one only"),
  /** One sample as it is, without a batch dimension. */
  NONE("one sample without a batch dimension"),
  /** Any number, but samples of a batch influence each other, so that each gets a pass alone. */
  COUPLED("one sample at a time, because samples of a batch influence each other");

  private final String text;

  Batching(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Samples that a pass may hold. */
  public int largest() {
    return this == ANY ? Integer.MAX_VALUE : 1;
  }

  /** Settings whose b the model can take. */
  public ImportanceSettings limit(ImportanceSettings settings) {
    boolean fits = this == ANY || settings.microBatch() == 1;
    return fits ? settings : settings.withMicroBatch(1);
  }
}
