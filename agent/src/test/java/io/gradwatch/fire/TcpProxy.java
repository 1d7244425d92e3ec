package io.gradwatch.fire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The network between the agents and one broker: it passes bytes on, late or not at all.
 *
 * <p>While it is cut nothing passes, and nobody is told, as when a cable is pulled; when it heals,
 * the connections from before are closed. Daemon threads, two a connection.
 */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final long GLANCE_MILLIS = 20;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile long delayMillis;

  TcpProxy(int port, int target) throws IOException {
    this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    daemon(this::accept);
  }

  void cut() {
    cut = true;
  }

  /** Each chunk of up to 16 KiB waits that long, in both directions. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /** Everything passes again at once. */
  void heal() {
    delayMillis = 0;
    if (cut) {
      Set.copyOf(open).forEach(TcpProxy::close);
      cut = false;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(TcpProxy::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // The proxy is closed, or the connection was gone before it was taken.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(client);
      open.add(broker);
      daemon(() -> pass(client, broker));
      daemon(() -> pass(broker, client));
    } catch (IOException e) {
      client.close(); // no broker is there
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        while (cut && !to.isClosed()) {
          TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
        }
        out.write(chunk, 0, count);
      }
    } catch (IOException e) {
      // One side is gone; the other one follows.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed then.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "gradwatch-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
