import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends what a Java server was asked to Kafka: Open Inference Protocol v2 as JSON. */
public final class InferenceProducer {
  private final Producer<String, byte[]> producer;

  public InferenceProducer(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /** One request of one row; the id has neither quotes nor backslashes. */
  public void send(String id, float[] row) {
    String json =
        "{\"id\":\"%s\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,%d],\"data\":%s}]}"
            .formatted(id, row.length, Arrays.toString(row));
    producer.send(
        new ProducerRecord<>("inference.java", id, json.getBytes(StandardCharsets.UTF_8)));
  }
}
