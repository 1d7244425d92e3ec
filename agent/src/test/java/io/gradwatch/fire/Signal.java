package io.gradwatch.fire;

import java.io.IOException;

/** What the kernel does to a process. */
enum Signal {
  KILL,
  STOP,
  CONT;

  void send(long pid) throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-" + name(), Long.toString(pid)).start().waitFor();
    if (status != 0 && this != KILL) {
      throw new IOException("kill -%s %d ended with %d".formatted(name(), pid, status));
    }
  }
}
