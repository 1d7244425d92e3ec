package io.gradwatch.topology;

import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.Serdes;

/** The one partition of each of Gradwatch's own topics that holds all that is said of a model. */
public final class ModelPartition {
  private ModelPartition() {}

  /**
   * The partition of a model.
   *
   * @param partitions how many the topic has, at least 1
   * @return 0 to {@code partitions} - 1
   */
  public static int of(String model, int partitions) {
    return BuiltInPartitioner.partitionForKey(
        Serdes.String().serializer().serialize("", model), partitions);
  }
}
