package io.gradwatch.agent;

import io.gradwatch.config.KafkaProperties;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** The way to the brokers. */
public final class Broker {
  private static final int SECONDS = 10;

  private Broker() {}

  /**
   * Opens an admin client and sees that a broker answers.
   *
   * @param properties as they stand under {@code kafka}
   * @throws StartException if none does within {@value #SECONDS} s, or it refuses
   */
  public static Admin connect(Map<String, Object> properties) throws InterruptedException {
    Map<String, Object> bounded = new HashMap<>(properties);
    bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, SECONDS * 1000);
    bounded.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, SECONDS * 1000 / 2);
    Object servers = properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
    Admin admin = null;
    try {
      admin = Admin.create(bounded);
      admin.describeCluster().nodes().get(SECONDS + 1, TimeUnit.SECONDS);
      return admin;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      if (admin != null) {
        admin.close(java.time.Duration.ZERO);
      }
      // What wraps it says only that something failed.
      String cause =
          String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      String what =
          admin == null
              ? "no Kafka client could be made for %s".formatted(servers)
              : "no Kafka broker at %s answered within %d s".formatted(servers, SECONDS);
      throw new StartException(
          "%s (%s); check bootstrap.servers, the network and the security settings under 'kafka'"
              .formatted(what, new KafkaProperties(properties).masked(cause)),
          e);
    }
  }
}
