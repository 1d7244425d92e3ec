package io.gradwatch.importance;

import io.gradwatch.window.SampleReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples and the parameters that contributed most to how the groups under suspicion moved.
 *
 * <p>What a sample contributes to a group is the sum over the units of a_u c_u, at least 0, where
 * c_u is its contribution to the importance of unit u and a_u by how much that unit's share of the
 * group grew against the baseline, below 0 where it fell: it has what grew and lacks what fell. To
 * first order that is by how much the group's profile would be nearer to the baseline's without the
 * sample. Where no unit's share changed all a_u are 1.
 *
 * <p>Why not the contributions alone: those are largest for the samples that the model is least
 * sure of, which quiet traffic has as well. With 64 rotated digits among 192 others they put 2 of
 * them in the first 10 places, which is chance, and this puts 9; with 10 of them 0.5 and 3.
 *
 * <p>It points at examples and proves nothing: the groups and units were selected because they
 * moved. It is blind to samples that the model treats like normal ones, to what makes all units of
 * a group matter less, because what such a group lacks is not in the window, and to causes that
 * show in every sample alike: then any sample is an example. Groups of a model move together, so
 * the samples of one are often those of its neighbours.
 *
 * <p>Samples are production data: these are references and ids, never values.
 *
 * @param groups that it is about, in the module's order
 * @param rows samples that were looked at: the first ones in priority order, which are a uniform
 *     sample themselves
 * @param seconds device time that it took
 * @param samples the largest share first, at most {@value #SAMPLES}
 * @param parameters of each group the largest share first, at most {@value #PARAMETERS}; none of
 *     models with more than 2^20 scalars, whose whole gradients are too much to copy
 */
public record Contributors(
    List<String> groups,
    int rows,
    double seconds,
    List<TopSample> samples,
    List<TopParameter> parameters) {
  static final int SAMPLES = 10;
  static final int PARAMETERS = 5;

  /** Whoever sends a request chooses its id, so a record must not grow with it. */
  static final int ID_LENGTH = 256;

  public Contributors {
    groups = List.copyOf(groups);
    samples = List.copyOf(samples);
    parameters = List.copyOf(parameters);
  }

  /**
   * A sample that contributed much.
   *
   * @param reference where it stands; null where that is not known
   * @param id the sender's id of the request, if it sent one of at most {@value #ID_LENGTH}
   *     characters
   * @param share of what all the rows contributed to a group, 0 to 1; the mean over the groups. 1 /
   *     rows is an average sample. The random signs of the outputs are in it, so the order of
   *     samples with like shares is chance.
   */
  public record TopSample(@Nullable SampleReference reference, @Nullable String id, double share) {}

  /**
   * A scalar that contributed much to the importance of its group.
   *
   * @param group that it belongs to
   * @param tensor its parameter tensor
   * @param index its place in the tensor, row-major, from 0
   * @param position its place in each dimension, outermost first; empty of a scalar
   * @param share of the sum over the scalars of the group, 0 to 1
   */
  public record TopParameter(
      String group, String tensor, long index, List<Long> position, double share) {
    public TopParameter {
      position = List.copyOf(position);
    }
  }
}
