package io.gradwatch.bench;

import io.gradwatch.demo.EmbeddedBroker;
import java.io.IOException;
import java.util.List;

/** A real broker in a process of its own. It answers every question with its address. */
final class BrokerProcess {
  private BrokerProcess() {}

  static Worker start() throws IOException {
    return Worker.start(BrokerProcess.class, List.of("-Xmx1g"));
  }

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      Worker.answer(question -> broker.bootstrapServers());
    }
  }
}
