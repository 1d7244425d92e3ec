package io.gradwatch.agent;

import io.gradwatch.demo.EmbeddedBroker;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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

  /** Makes a topic of one replica. */
  void createTopic(String name, int partitions) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
