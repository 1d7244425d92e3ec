package io.gradwatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that stays warm between questions: a line of JSON in, a line of JSON out. It
 * ends when its input does.
 */
final class Worker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Begins an answer, for a log may go to the same output. */
  private static final String MARK = "= ";

  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;

  private Worker(Process process) {
    this.process = process;
    questions = process.outputWriter(UTF_8);
    answers = process.inputReader(UTF_8);
  }

  /** What a worker does with a question. */
  interface Answer {
    Object to(JsonNode question) throws Exception;
  }

  /** Starts a main class that calls {@link #answer}. */
  static Worker start(Class<?> main, List<String> flags, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Child.command(main, flags, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return new Worker(builder.start());
  }

  /** Asks, and waits for the answer. */
  JsonNode ask(Object question) throws IOException {
    questions.write(JSON.writeValueAsString(question) + "\n");
    questions.flush();
    String answer = answers.readLine();
    while (answer != null && !answer.startsWith(MARK)) {
      answer = answers.readLine();
    }
    if (answer == null) {
      throw new IOException("the process ended at " + question);
    }
    return JSON.readTree(answer.substring(MARK.length()));
  }

  /** The other side: answers every line of the input until it ends. */
  static void answer(Answer answer) throws Exception {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      System.out.println(MARK + JSON.writeValueAsString(answer.to(JSON.readTree(line))));
    }
  }

  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
