package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.Needs;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What the examples for producers send is what the agent reads. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../deploy/examples");

  @TempDir private Path folder;

  private static Map<String, ModelSettings> models() {
    return GradwatchConfig.load(EXAMPLES.resolve("gradwatch.yaml"), Map.of()).models().stream()
        .collect(Collectors.toMap(ModelSettings::name, model -> model));
  }

  /** A topic that the sections of the examples name. */
  private static void assertRead(String model, String topic) {
    ModelSettings section = Objects.requireNonNull(models().get(model), model);
    assertThat(section.topics().names()).containsExactly(topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastapi", "torchserve"})
  void pythonServersSendToTheTopicOfTheirSection(String stack) throws IOException {
    String file = stack.equals("fastapi") ? "fastapi_server.py" : "torchserve_handler.py";
    var topic = Pattern.compile("\\.produce\\(\"([^\"]+)\"").matcher(text(file));

    assertThat(topic.find()).isTrue();
    assertRead("fraud-" + stack, topic.group(1));
  }

  @Test
  void messagesOfPythonAreRead() throws Exception {
    String program =
        "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1])\n"
            + "from payload import message\n"
            + "sys.stdout.buffer.write(message('7', 'x', (2, 2), [1, 0.5, 2, -0.25],"
            + " {'y': ((2, 1), [0.75, 3])}))";

    List<InferenceSample> rows = PayloadReader.AUTO.read(python("-c", program, EXAMPLES + ""));

    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).id()).isEqualTo("7");
    assertThat(rows.get(1).inputs().get(0).values()).containsExactly(2, -0.25);
    assertThat(rows.get(1).served().get(0).values()).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"payload.py", "fastapi_server.py", "torchserve_handler.py"})
  void pythonIsPython(String file) throws Exception {
    String program = "import ast, sys; ast.parse(open(sys.argv[1]).read()); print('parsed')";

    assertThat(python("-c", program, EXAMPLES.resolve(file) + "")).asString().contains("parsed");
  }

  @Test
  void messagesOfJavaAreRead() throws Exception {
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                folder.toString(),
                EXAMPLES.resolve("InferenceProducer.java").toString());
    assertThat(failed).isZero();
    MockProducer<String, byte[]> producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    try (URLClassLoader classes =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      Class<?> type = classes.loadClass("InferenceProducer");
      Object example = type.getConstructor(Producer.class).newInstance(producer);
      type.getMethod("send", String.class, float[].class)
          .invoke(example, "7", new float[] {1, -0.25f, 1e-9f});
    }

    ProducerRecord<String, byte[]> record = producer.history().get(0);
    assertRead("fraud-java", record.topic());
    List<InferenceSample> rows = PayloadReader.AUTO.read(record.value());
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).id()).isEqualTo(record.key());
    assertThat(rows.get(0).inputs().get(0).values()).containsExactly(1, -0.25, 1e-9f);
  }

  @Test
  void kserveAndItsSectionNameTheSameTopicAndService() throws IOException {
    List<Map<?, ?>> manifests = manifests("kserve.yaml");

    assertRead("fraud-kserve", String.valueOf(at(manifests.get(0), "spec", "topic")));
    String service = String.valueOf(at(manifests.get(1), "metadata", "name"));
    assertThat(text("gradwatch.yaml")).contains("values: [" + service + "]");
    assertThat(at(manifests.get(1), "spec", "predictor", "logger", "url").toString())
        .endsWith(
            at(manifests.get(0), "metadata", "namespace")
                + "/"
                + at(manifests.get(0), "metadata", "name"));
  }

  @Test
  void seldonAndItsSectionNameTheSameModel() throws IOException {
    Map<?, ?> model = manifests("seldon.yaml").get(0);

    assertRead(
        "fraud-seldon",
        "seldon.%s.model.%s.inputs"
            .formatted(at(model, "metadata", "namespace"), at(model, "metadata", "name")));
  }

  private static String text(String file) throws IOException {
    return Files.readString(EXAMPLES.resolve(file));
  }

  private static List<Map<?, ?>> manifests(String file) throws IOException {
    List<Map<?, ?>> manifests = new ArrayList<>();
    for (Object manifest : new Yaml().loadAll(text(file))) {
      manifests.add((Map<?, ?>) manifest);
    }
    return manifests;
  }

  private static Object at(Map<?, ?> manifest, String... path) {
    Object place = manifest;
    for (String name : path) {
      place = Objects.requireNonNull(((Map<?, ?>) place).get(name), name);
    }
    return place;
  }

  /** What Python writes to standard output; skips the test where there is none. */
  private byte[] python(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      Needs.that(false, "there is no python3");
      throw e;
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readAllBytes(output);
  }
}
