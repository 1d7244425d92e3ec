package io.gradwatch.importance;

/** Is told how far a method with passes of its own is. */
@FunctionalInterface
public interface WorkProgress {
  /** Of no interest. */
  WorkProgress NONE = (done, all) -> {};

  /**
   * After each unit of work, on the thread that does it. What a unit is, the method says: an order
   * of the groups for shapley, a micro-batch for all else.
   *
   * @param done units so far
   * @param all units that it takes, as far as that is known by now; 0 while nobody knows
   */
  void at(long done, long all);
}
