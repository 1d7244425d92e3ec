package io.gradwatch.bench;

import com.yahoo.labs.samoa.instances.Instance;
import moa.streams.InstanceStream;
import moa.streams.generators.AgrawalGenerator;
import moa.streams.generators.HyperplaneGenerator;
import moa.streams.generators.LEDGeneratorDrift;
import moa.streams.generators.RandomRBFGeneratorDrift;
import moa.streams.generators.SEAGenerator;

/**
 * A generator of MOA, with its defaults where nothing else is said. Nominal attributes are numbers.
 *
 * <p>Bifet, Holmes, Kirkby and Pfahringer 2010, MOA: Massive Online Analysis.
 */
final class MoaSource implements RowSource {
  private static final int HYPERPLANE_FEATURES = 10;
  private final InstanceStream stream;

  private MoaSource(InstanceStream stream) {
    this.stream = stream;
  }

  /** Three features, 10 % of the labels wrong; {@code function} of 1 to 4 sets the threshold. */
  static MoaSource sea(int function, int seed) {
    SEAGenerator sea = new SEAGenerator();
    sea.functionOption.setValue(function);
    sea.instanceRandomSeedOption.setValue(seed);
    sea.prepareForUse();
    return new MoaSource(sea);
  }

  /** Nine attributes of a person who wants a loan; {@code function} of 1 to 10 decides. */
  static MoaSource agrawal(int function, int seed) {
    AgrawalGenerator agrawal = new AgrawalGenerator();
    agrawal.functionOption.setValue(function);
    agrawal.instanceRandomSeedOption.setValue(seed);
    agrawal.prepareForUse();
    return new MoaSource(agrawal);
  }

  /** Seven segments, 10 % of them wrong, and 17 irrelevant ones; {@code swapped} change places. */
  static MoaSource led(int swapped, int seed) {
    LEDGeneratorDrift led = new LEDGeneratorDrift();
    led.numberAttributesDriftOption.setValue(swapped);
    led.instanceRandomSeedOption.setValue(seed);
    led.prepareForUse();
    return new MoaSource(led);
  }

  /** A plane of its own for each seed; after {@link #move} it moves with each row. */
  static MoaSource hyperplane(int seed) {
    HyperplaneGenerator plane = new HyperplaneGenerator();
    plane.instanceRandomSeedOption.setValue(seed);
    plane.numDriftAttsOption.setValue(HYPERPLANE_FEATURES);
    plane.prepareForUse();
    return new MoaSource(plane);
  }

  /** Fifty centroids of their own for each seed, at rest. */
  static MoaSource rbf(int seed) {
    RandomRBFGeneratorDrift rbf = new RandomRBFGeneratorDrift();
    rbf.modelRandomSeedOption.setValue(seed);
    rbf.instanceRandomSeedOption.setValue(seed + 1);
    rbf.prepareForUse();
    return new MoaSource(rbf);
  }

  /** Lets the plane or the centroids move from now on, by so much a row. */
  MoaSource move(double perRow) {
    if (stream instanceof HyperplaneGenerator plane) {
      plane.magChangeOption.setValue(perRow);
    } else if (stream instanceof RandomRBFGeneratorDrift rbf) {
      rbf.speedChangeOption.setValue(perRow);
    } else {
      throw new IllegalStateException(stream.getClass().getSimpleName() + " cannot move");
    }
    return this;
  }

  @Override
  public LabelledRow next() {
    Instance instance = stream.nextInstance().getData();
    float[] values = new float[instance.numAttributes() - 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) instance.value(i);
    }
    return new LabelledRow(values, (int) instance.classValue());
  }
}
