package io.gradwatch.importance.device;

/** What the benchmark sees of a model's scope. */
public final class ManagedArrays {
  private ManagedArrays() {}

  /** Arrays that live in it; constant between passes. */
  public static int of(TorchScript model) {
    return model.managedArrays();
  }
}
