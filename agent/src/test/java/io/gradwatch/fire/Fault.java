package io.gradwatch.fire;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What is done to the agents, the brokers and the network between them. */
enum Fault {
  KILL_AGENT("kill -9 of an agent") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      fleet.kill(random.nextInt(fleet.size()));
    }
  },
  WIPE("kill -9 of an agent and wipe of its state directory") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      fleet.wipe(random.nextInt(fleet.size()));
    }
  },
  KILL_BROKER("kill -9 of a broker, back 1 s later") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      BrokerProcess broker = any(cluster.brokers(), random);
      broker.kill();
      fleet.rest(Duration.ofSeconds(1));
      broker.restart();
    }
  },
  PAUSE_BROKER("SIGSTOP of a broker for 6 s") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      BrokerProcess broker = any(cluster.brokers(), random);
      broker.pause();
      fleet.rest(Duration.ofSeconds(6));
      broker.resume();
    }
  },
  PAUSE_AGENT("SIGSTOP of an agent for longer than idle-timeout") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      int agent = random.nextInt(fleet.size());
      fleet.pause(agent);
      fleet.rest(outage);
      fleet.resume(agent);
    }
  },
  CUT("network cut for longer than idle-timeout") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      cluster.proxies().forEach(TcpProxy::cut);
      fleet.rest(outage);
      cluster.proxies().forEach(TcpProxy::heal);
    }
  },
  DELAY("network delay of 200 ms a chunk for 10 s") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      cluster.proxies().forEach(proxy -> proxy.delay(200));
      fleet.rest(Duration.ofSeconds(10));
      cluster.proxies().forEach(TcpProxy::heal);
    }
  },
  SCALE("scaled, 1 to 3 agents or back") {
    @Override
    void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
        throws IOException, InterruptedException {
      fleet.scale(fleet.size() == 1 ? 3 : 1);
    }
  };

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  /** For people. */
  String title() {
    return title;
  }

  boolean isKill() {
    return this == KILL_AGENT || this == WIPE || this == KILL_BROKER;
  }

  /**
   * Does it, and undoes it where it is an outage.
   *
   * @param outage a time longer than idle-timeout
   */
  abstract void strike(Fleet fleet, BrokerCluster cluster, Duration outage, Random random)
      throws IOException, InterruptedException;

  private static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
