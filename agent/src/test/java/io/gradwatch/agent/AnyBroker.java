package io.gradwatch.agent;

import io.gradwatch.demo.EmbeddedBroker;
import java.io.IOException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** A real broker: in a container where Docker is, in this process where it is not. */
record AnyBroker(String bootstrapServers, Runnable stop) implements AutoCloseable {
  static AnyBroker start() throws IOException {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      KafkaContainer container = new KafkaContainer("apache/kafka:4.1.1");
      container.start();
      return new AnyBroker(container.getBootstrapServers(), container::stop);
    }
    EmbeddedBroker broker = EmbeddedBroker.start();
    return new AnyBroker(broker.bootstrapServers(), broker::close);
  }

  @Override
  public void close() {
    stop.run();
  }
}
