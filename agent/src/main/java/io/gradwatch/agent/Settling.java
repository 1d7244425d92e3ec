package io.gradwatch.agent;

/**
 * What is taken for the state of a file that others write: the newest one that has been seen {@link
 * #LOOKS} times in a row, so that nobody uses a file that is half written.
 *
 * @param inForce what is taken for it
 * @param last what was seen last
 * @param looks how often in a row
 */
record Settling(String inForce, String last, int looks) {
  /** At a look a second a file must be still for three seconds. */
  static final int LOOKS = 4;

  /** What is there at first is taken as it is: there is nothing better. */
  static Settling first(String state) {
    return new Settling(state, state, LOOKS);
  }

  Settling look(String now) {
    int same = now.equals(last) ? Math.min(looks + 1, LOOKS) : 1;
    return new Settling(same == LOOKS ? now : inForce, now, same);
  }
}
