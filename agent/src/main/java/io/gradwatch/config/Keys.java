package io.gradwatch.config;

import static io.gradwatch.config.ValueTypes.address;
import static io.gradwatch.config.ValueTypes.budget;
import static io.gradwatch.config.ValueTypes.duration;
import static io.gradwatch.config.ValueTypes.field;
import static io.gradwatch.config.ValueTypes.fieldOfRecord;
import static io.gradwatch.config.ValueTypes.flag;
import static io.gradwatch.config.ValueTypes.fraction;
import static io.gradwatch.config.ValueTypes.integer;
import static io.gradwatch.config.ValueTypes.integerOrAuto;
import static io.gradwatch.config.ValueTypes.listOf;
import static io.gradwatch.config.ValueTypes.number;
import static io.gradwatch.config.ValueTypes.oneOf;
import static io.gradwatch.config.ValueTypes.path;
import static io.gradwatch.config.ValueTypes.regex;
import static io.gradwatch.config.ValueTypes.secret;
import static io.gradwatch.config.ValueTypes.sequenceOf;
import static io.gradwatch.config.ValueTypes.size;
import static io.gradwatch.config.ValueTypes.startFrom;
import static io.gradwatch.config.ValueTypes.text;

import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.payload.PayloadFormat;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * Every key of the configuration file: the one place that reading, error messages, the README's
 * tables and the JSON Schema are made from.
 */
final class Keys {
  // The top level

  static final Key<List<Role>> ROLES =
      Key.of(
          "roles",
          listOf(oneOf(Role.class, Role::label)),
          "sampling, importance",
          "which of the two applications this process runs");
  static final Key<String> TOPIC_PREFIX =
      Key.of(
          "topic-prefix",
          text("a prefix of topic names", "for instance gradwatch.", "[a-zA-Z0-9._-]{1,100}"),
          "gradwatch.",
          "starts the name of each of Gradwatch's own topics");
  static final Key<String> APPLICATION_PREFIX =
      Key.of(
          "application-prefix",
          text("a prefix of group names", "for instance gradwatch-", "[a-zA-Z0-9._-]{1,100}"),
          "gradwatch-",
          "starts the name of its consumer groups, transactions and changelogs");
  static final Key<String> INSTANCE_ID =
      Key.optional(
          "instance-id",
          text("an id", "for instance ${HOSTNAME}", "[a-zA-Z0-9._-]{1,200}"),
          "none",
          "static member of its consumer groups: a restart within `session.timeout.ms` moves no"
              + " partition; unique among the processes of a role");
  static final Key<Integer> PARTITIONS =
      Key.of("partitions", integer(1, 1_000), "12", "of each of Gradwatch's own topics");
  static final Key<Integer> REPLICATION_FACTOR =
      Key.of("replication-factor", integer(1, 10), "3", "of Gradwatch's own topics");
  static final Key<Path> STATE_DIR =
      Key.of("state-dir", path(), "/var/lib/gradwatch", "folder of the local state");
  static final Key<List<Path>> MODEL_FOLDERS =
      Key.optional(
          "model-folders",
          listOf(path()),
          "any",
          "folders within one of which each model file must lie, links resolved");
  static final Key<InetSocketAddress> LISTEN =
      Key.of("listen", address(), "0.0.0.0:9464", "where metrics, health and status page are");
  static final Key<String> DEVICE =
      Key.of(
          "device",
          device(),
          "auto",
          "where gradients are computed; auto is the first GPU that libtorch sees, else the CPU");
  static final Key<Integer> THREADS =
      Key.of(
          "threads",
          integerOrAuto(64),
          "auto",
          "intra-op threads of libtorch; auto is the container's CPU quota in whole cores, where"
              + " libtorch alone would take all cores of the node");
  static final Key<Double> DUTY_CYCLE =
      Key.of(
          "duty-cycle",
          fraction(0.001, 1),
          "0.1",
          "largest fraction of time that each device is kept busy");
  static final Key<Double> CATCH_UP_DUTY_CYCLE =
      Key.of(
          "catch-up-duty-cycle",
          fraction(0.001, 1),
          "1.0",
          "the same while a model has more than one window waiting; at least `duty-cycle`");
  static final Key<Long> MEMORY_FLOOR =
      Key.of(
          "memory-floor",
          size("0B", "1024GiB"),
          "256MiB",
          "free memory of the device below which a window is skipped");
  static final Key<Duration> DEVICE_TIMEOUT =
      Key.of(
          "device-timeout",
          duration("1s", "1d"),
          "10m",
          "how long a pass, or the loading of a model, may take before the device counts as hung and"
              + " the process ends with 1");
  static final Key<Integer> MAX_PENDING =
      Key.of(
          "max-pending",
          integer(1, 10_000),
          "24",
          "windows a model that may wait for the device before the oldest is shed");
  static final Key<Long> STORE_MEMORY =
      Key.of(
          "store-memory",
          size("4MiB", "1024GiB"),
          "64MiB",
          "memory outside the Java heap that the local stores of all partitions share: their cache"
              + " and their write buffers");
  static final Key<Integer> SERIES_LIMIT =
      Key.of(
          "series-limit",
          integer(1, 1_000),
          "50",
          "groups a model with metrics of their own; the rest is `other`");
  static final Key<FalseAlarmBudget> WARNINGS =
      Key.of("warnings", budget(), "1 per 1d", "budget of false warnings, for all models together");

  // kafka

  static final Key<String> BOOTSTRAP_SERVERS =
      Key.required(
          "bootstrap.servers",
          text(
              "a list of brokers",
              "for instance kafka-1:9092,kafka-2:9092",
              "[^\\s,]+:[0-9]+(,\\s*[^\\s,]+:[0-9]+)*"),
          "brokers to start from; all other keys are handed to the clients untouched");

  // http

  static final Key<Path> TLS_KEYSTORE =
      Key.optional(
          "tls-keystore",
          path(),
          "plain HTTP",
          "file with the server's key and certificates, PKCS12 or JKS; read at the start");
  static final Key<Secret> TLS_KEYSTORE_PASSWORD =
      Key.optional("tls-keystore-password", secret(), "none", "of the keystore and its key");
  static final Key<String> USERNAME =
      Key.optional(
          "username",
          text("a name", "for instance prometheus", "[^:\\x00-\\x1f]{1,100}"),
          "everybody may read",
          "whom basic authentication lets in; `/healthz` and `/readyz` stay open");
  static final Key<Secret> PASSWORD = Key.optional("password", secret(), "none", "of `username`");

  // models

  static final Key<String> NAME =
      Key.required(
          "name",
          text("a model's name", "for instance fraud-v2, of [a-z0-9._-]", "[a-z0-9._-]{1,100}"),
          "names the model in topics, metrics and reports");
  static final Key<Path> PATH =
      Key.required(
          "path",
          path(),
          "a TorchScript file, a `.mar` of TorchServe, or a folder as DJL, Triton or TorchServe have"
              + " it; looked at again and again");
  static final Key<String> VERSION =
      Key.optional(
          "version",
          text("a version", "for instance 3", "[!-~]{1,100}"),
          "the highest",
          "which version to take where `path` has several, or must have");
  static final Key<String> SHA256 =
      Key.optional(
          "sha256",
          text("a SHA-256", "64 hex digits", "[0-9a-fA-F]{64}"),
          "any",
          "digest that the TorchScript file must have");
  static final Key<List<String>> TOPICS =
      Key.optional(
          "topics",
          listOf(text("a topic", "for instance inference.fraud", "[a-zA-Z0-9._-]{1,249}")),
          "those of `topics-regex`",
          "where its inference requests come from; this or `topics-regex` is required");
  static final Key<String> TOPICS_REGEX =
      Key.optional(
          "topics-regex",
          regex("for instance inference[.].*"),
          "none",
          "more such topics, also ones that are created later: their whole names match it;"
              + " Gradwatch's own topics, labels topics and names that start with __ never do");
  static final Key<StartFrom> START_FROM =
      Key.of("start-from", startFrom(), "latest", "where in the topics to start the first time");
  static final Key<String> EVENT_TIME_HEADER =
      Key.optional(
          "event-time-header",
          text("a header", "for instance event-time", "[ -~]{1,249}"),
          "the record's own timestamp",
          "header with the event time in milliseconds since 1970-01-01 UTC");
  static final Key<PayloadFormat> FORMAT =
      Key.of(
          "format",
          oneOf(PayloadFormat.class, PayloadFormat::label),
          "auto",
          "what its records hold, within a CloudEvent or behind the prefix of a schema registry or not");
  static final Key<Path> AVRO_SCHEMA =
      Key.optional(
          "avro-schema",
          path(),
          "none",
          "file of the schema that Avro records were written with, or folder of files that are called by"
              + " its id, such as 17.avsc: no registry is asked");
  static final Key<Task> TASK =
      Key.of("task", oneOf(Task.class, Task::label), "classification", "what the model predicts");
  static final Key<OutputKind> OUTPUTS =
      Key.of("outputs", oneOf(OutputKind.class, OutputKind::label), "logits", "what it gives");
  static final Key<String> OUTPUT =
      Key.of(
          "output",
          text("an output", "a number from 0, or a key", "[!-~]([ -~]{0,98}[!-~])?"),
          "0",
          "which of its outputs is watched, where it gives a tuple, a list or a dict");
  static final Key<OutputKind> SERVED_OUTPUTS =
      Key.optional(
          "served-outputs",
          oneOf(OutputKind.class, OutputKind::label),
          "the same as `outputs`",
          "what the deployed model answers, where its answers come with the traffic");
  static final Key<Duration> WINDOW =
      Key.of("window", duration("1s", "1d"), "5m", "length of a window in event time");
  static final Key<Integer> SAMPLES =
      Key.of("samples", integer(8, 65_536), "512", "rows in the sample of a window (k)");
  static final Key<Duration> GRACE =
      Key.of("grace", duration("0s", "1d"), "10s", "how long after its end a window takes records");
  static final Key<Duration> MAX_FUTURE_SKEW =
      Key.optional(
          "max-future-skew",
          duration("0s", "1d"),
          "the smaller of `grace` and 10s",
          "how far ahead of the wall clock a record may be; at most `grace`");
  static final Key<Duration> IDLE_TIMEOUT =
      Key.of(
          "idle-timeout",
          duration("100ms", "1d"),
          "30s",
          "silence after which a partition no longer holds windows open");
  static final Key<Duration> MAX_WINDOW =
      Key.optional(
          "max-window",
          duration("1s", "30d"),
          "the larger of `window` and 6h",
          "how long windows that are short of samples may become by joining");
  static final Key<Long> PAYLOAD_MAX_BYTES =
      Key.of("payload-max-bytes", size("1KiB", "64MiB"), "1MiB", "longer records are refused");
  static final Key<Long> SAMPLE_BYTES =
      Key.of("sample-bytes", size("1KiB", "64GiB"), "64MiB", "cap of a window's sample");
  static final Key<List<ImportanceMethod>> METHODS =
      Key.of(
          "methods",
          listOf(oneOf(ImportanceMethod.onePassMethods(), ImportanceMethod::label)),
          "fisher, taylor, unit-taylor, gradient",
          "what is computed of each window");
  static final Key<ImportanceMethod> ALARM_ON =
      Key.of(
          "alarm-on",
          oneOf(ImportanceMethod.onePassMethods(), ImportanceMethod::label),
          "taylor",
          "the method that pages; one of `methods`, not gradient");
  static final Key<Integer> MICRO_BATCH =
      Key.of(
          "micro-batch",
          integerOrAuto(4_096),
          "auto",
          "samples a pass (b): 1 is exact, more is faster and noisier; auto takes the largest of 4,"
              + " 8, 16, 32 whose standard error is at most 1.5 times that of 1 in the first window");
  static final Key<Grouping> GROUPS =
      Key.of(
          "groups",
          oneOf(Grouping.class, Grouping::label),
          "tensor",
          "parameters whose importance is one number: a tensor, all of a module, or a unit (slice"
              + " of dimension 0) of a tensor");
  static final Key<String> MODEL_DEVICE =
      Key.optional(
          "device", device(), "the top level's", "where this model's gradients are computed");
  static final Key<Boolean> LABELLED =
      Key.of("labelled", flag(), "false", "also compute the variants that use labels");
  static final Key<Integer> LABEL_SAMPLES =
      Key.of(
          "label-samples",
          integer(0, 65_536),
          "0",
          "labelled rows of a window that a concept score is made of (k_l), an alarm stream of its own;"
              + " 0 for none. Sets `labelled`");
  static final Key<String> LABELS_TOPIC =
      Key.optional(
          "labels-topic",
          text("a topic", "for instance fraud.labels", "[a-zA-Z0-9._-]{1,249}"),
          "the requests themselves",
          "where labels come from, joined with the requests by id; needs `label-samples`");
  static final Key<Field.OfRecord> LABEL_ID =
      Key.of(
          "label-id",
          fieldOfRecord(),
          "key",
          "where a label has the id of its request; the request has its own where `join` says, else in"
              + " its body");
  static final Key<Duration> LABEL_WAIT =
      Key.of(
          "label-wait",
          duration("1s", "30d"),
          "1h",
          "how long after a window was computed its labels may come; its samples, and labels up to"
              + " `label-bytes`, are kept that long");
  static final Key<Long> LABEL_BYTES =
      Key.of(
          "label-bytes",
          size("1MiB", "64GiB"),
          "256MiB",
          "labels that are kept at most; of more, a uniform part by the hash of their ids, the"
              + " sampled ones first where `join` says where a request has its id");
  static final Key<FalseAlarmBudget> FALSE_ALARMS =
      Key.of(
          "false-alarms", budget(), "1 per 90d", "budget of false pages, for all models together");
  static final Key<Duration> CYCLE =
      Key.of(
          "cycle",
          duration("1s", "365d"),
          "1d",
          "period after which traffic repeats itself; a baseline covers at least one");
  static final Key<Integer> BASELINE_WINDOWS =
      Key.of("baseline-windows", integer(20, 10_000), "100", "windows in a baseline, at the least");
  static final Key<Double> MIN_EFFECT =
      Key.of(
          "min-effect",
          fraction(0, 1),
          "10%",
          "relative change of importance that nobody needs to know of");
  static final Key<Seasonality.Repeat> SEASONALITY =
      Key.of(
          "seasonality",
          oneOf(Seasonality.Repeat.class, Seasonality.Repeat::label),
          "none",
          "compares each window with those of the same hour of the day or week; a baseline then covers"
              + " two of them at least");
  static final Key<String> TIME_ZONE =
      Key.of(
          "time-zone",
          text("a time zone", "Europe/Berlin", "[A-Za-z0-9_+/-]{1,64}"),
          "UTC",
          "by whose clock `seasonality` takes the hours");
  static final Key<Path> BASELINE =
      Key.optional("baseline", path(), "the first windows", "file of an approved baseline");

  static final Key<Path> REFERENCE =
      Key.optional(
          "reference",
          path(),
          "none",
          "file of a baseline that live traffic is compared with beside the alarm, for instance of the"
              + " training data: training-serving skew, never pages");

  static final Key<Boolean> SHOW_SAMPLES =
      Key.of(
          "show-samples",
          flag(),
          "false",
          "show what its samples hold on the page and in reports, read again by offset; they are"
              + " production data");
  static final Key<List<Integer>> IMAGE =
      Key.optional(
          "image",
          sequenceOf(integer(1, 4_096)),
          "where its shape is one",
          "how the values of its first input form an image, to be drawn: [height, width] or"
              + " [channels, height, width] with 1 or 3 channels");

  // join

  static final Key<Field> JOIN_ID =
      Key.required(
          "id",
          field(),
          "where requests and responses have the id that they share: `header NAME`, such as ce_id or"
              + " x-request-id, or the whole `key`; with `body`, the id in the message or in the"
              + " CloudEvent around it, every record is parsed");
  static final Key<Boolean> RESPONSES =
      Key.of("responses", flag(), "true", "false where the id serves labels alone");
  static final Key<List<String>> RESPONSE_TOPICS =
      Key.optional(
          "response-topics",
          listOf(text("a topic", "for instance inference.fraud.out", "[a-zA-Z0-9._-]{1,249}")),
          "those of its requests",
          "topics that have nothing but responses");
  static final Key<Duration> RESPONSE_WAIT =
      Key.optional(
          "response-wait",
          duration("0s", "1d"),
          "`grace`",
          "how long after its window's end a request's response may come; where it is longer than"
              + " `grace`, it takes its place");

  // match, segments

  static final Key<String> HEADER =
      Key.optional(
          "header",
          text("a header", "for instance ce_inferenceservicename", "[ -~]{1,249}"),
          "none",
          "header of the record; of equal names the last one");
  static final Key<List<String>> KEY =
      Key.optional("key", listOf(value()), "none", "values of the record's key");
  static final Key<String> PARAMETER =
      Key.optional(
          "parameter",
          text("a parameter", "for instance region", "[ -~]{1,249}"),
          "none",
          "parameter of the request; every record that could be sampled is parsed for it");
  static final Key<List<Integer>> PREDICTED_CLASS =
      Key.optional(
          "predicted-class",
          listOf(integer(0, 99_999)),
          "none",
          "classes that the deployed model answered, where its answers come with the traffic; parsed"
              + " as well");
  static final Key<List<String>> VALUES =
      Key.optional("values", listOf(value()), "none", "of the header or the parameter");

  // inputs

  static final Key<String> INPUT_NAME =
      Key.required(
          "name",
          text("an input", "for instance features", "[!-~]([ -~]{0,98}[!-~])?"),
          "the input's name in messages and reports");
  static final Key<List<String>> FROM =
      Key.optional(
          "from",
          listOf(text("a tensor or column", "for instance age", "[^\\x00-\\x1f]{1,249}")),
          "the one of the same name, or the only one",
          "tensors or columns of the message, joined in this order along dimension 0 of the sample");
  static final Key<List<Integer>> SELECT =
      Key.optional(
          "select",
          listOf(integer(0, 1_000_000)),
          "all",
          "places along dimension 0 of the sample that are kept, in this order");
  static final Key<DataType> DATATYPE =
      Key.optional(
          "datatype",
          oneOf(DataType.class, DataType::name),
          "the message's, FP32 where it names none",
          "what it is cast to");
  static final Key<List<Integer>> SHAPE =
      Key.optional(
          "shape",
          sequenceOf(integer(-1, 100_000_000)),
          "as it comes, the batch first",
          "what it is reshaped to: with -1 first, for the batch, each row is a sample; else the whole"
              + " message is one. One more extent may be -1");
  static final Key<List<Double>> MEAN =
      Key.optional(
          "mean",
          sequenceOf(number("for instance 0.1307")),
          "none",
          "what is subtracted: one number, or one for each place along dimension 0 of the sample");
  static final Key<List<Double>> SCALE =
      Key.optional(
          "scale",
          sequenceOf(number("for instance 0.3081")),
          "none",
          "what it is divided by after that, as `mean`");
  static final Key<List<Double>> VALUE =
      Key.optional(
          "value",
          sequenceOf(number("for instance 1")),
          "none",
          "what the input always is; it then does not come with the message");

  // periodic

  static final Key<ImportanceMethod> METHOD =
      Key.required(
          "method",
          oneOf(
              EnumSet.complementOf(EnumSet.copyOf(ImportanceMethod.onePassMethods())),
              ImportanceMethod::label),
          "a method with passes of its own; each at most once");
  static final Key<Integer> EVERY =
      Key.of("every", integer(1, 10_000), "12", "it is computed of each n-th window");
  static final Key<Duration> BUDGET =
      Key.of(
          "budget",
          duration("100ms", "1d"),
          "30s",
          "device time a run; what is done by then is published");

  static final Table KAFKA =
      new Table(
          "kafka",
          false,
          true,
          true,
          "properties of every Kafka client, SASL and TLS included",
          List.of(BOOTSTRAP_SERVERS),
          List.of());

  static final Table HTTP =
      new Table(
          "http",
          false,
          false,
          false,
          "TLS and basic authentication of what is at `listen`",
          List.of(TLS_KEYSTORE, TLS_KEYSTORE_PASSWORD, USERNAME, PASSWORD),
          List.of());

  static final Table PERIODIC =
      new Table(
          "periodic",
          true,
          false,
          false,
          "methods with passes of their own",
          List.of(METHOD, EVERY, BUDGET),
          List.of());

  static final Table INPUTS =
      new Table(
          "inputs",
          true,
          false,
          false,
          "what the model takes, in its order, made of what arrives; without, it takes what arrives",
          List.of(INPUT_NAME, FROM, SELECT, DATATYPE, SHAPE, MEAN, SCALE, VALUE),
          List.of());

  static final Table JOIN =
      new Table(
          "join",
          false,
          false,
          false,
          "by which id requests are joined with responses that come in records of their own, and with"
              + " labels",
          List.of(JOIN_ID, RESPONSES, RESPONSE_TOPICS, RESPONSE_WAIT),
          List.of());

  private static final List<Key<?>> FIELDS =
      List.of(HEADER, KEY, PARAMETER, PREDICTED_CLASS, VALUES);

  static final Table MATCH =
      new Table(
          "match",
          true,
          false,
          false,
          "which records of its topics are the model's: each section one field and its values, all of"
              + " which must hold; without, every record is",
          FIELDS,
          List.of());

  static final Table SEGMENTS =
      new Table(
          "segments",
          false,
          false,
          false,
          "one field and its values, at most 32: the records of each value are watched as a model of"
              + " their own, `name@value`",
          FIELDS,
          List.of());

  static final Table MODELS =
      new Table(
          "models",
          true,
          true,
          false,
          "the models to watch",
          List.of(
              NAME,
              PATH,
              VERSION,
              SHA256,
              TOPICS,
              TOPICS_REGEX,
              START_FROM,
              EVENT_TIME_HEADER,
              FORMAT,
              AVRO_SCHEMA,
              TASK,
              OUTPUTS,
              OUTPUT,
              SERVED_OUTPUTS,
              WINDOW,
              SAMPLES,
              GRACE,
              MAX_FUTURE_SKEW,
              IDLE_TIMEOUT,
              MAX_WINDOW,
              PAYLOAD_MAX_BYTES,
              SAMPLE_BYTES,
              METHODS,
              ALARM_ON,
              GROUPS,
              MICRO_BATCH,
              MODEL_DEVICE,
              LABELLED,
              LABEL_SAMPLES,
              LABELS_TOPIC,
              LABEL_ID,
              LABEL_WAIT,
              LABEL_BYTES,
              FALSE_ALARMS,
              CYCLE,
              BASELINE_WINDOWS,
              MIN_EFFECT,
              SEASONALITY,
              TIME_ZONE,
              BASELINE,
              REFERENCE,
              SHOW_SAMPLES,
              IMAGE),
          List.of(INPUTS, PERIODIC, JOIN, MATCH, SEGMENTS));

  static final Table FILE =
      new Table(
          "",
          false,
          true,
          false,
          "the configuration file",
          List.of(
              ROLES,
              TOPIC_PREFIX,
              APPLICATION_PREFIX,
              INSTANCE_ID,
              PARTITIONS,
              REPLICATION_FACTOR,
              STATE_DIR,
              MODEL_FOLDERS,
              LISTEN,
              DEVICE,
              THREADS,
              DUTY_CYCLE,
              CATCH_UP_DUTY_CYCLE,
              MEMORY_FLOOR,
              DEVICE_TIMEOUT,
              MAX_PENDING,
              STORE_MEMORY,
              SERIES_LIMIT,
              WARNINGS),
          List.of(KAFKA, HTTP, MODELS));

  private Keys() {}

  /** All sections, the whole file first. */
  static List<Table> tables() {
    return List.of(FILE, KAFKA, HTTP, MODELS, INPUTS, PERIODIC, JOIN, MATCH, SEGMENTS);
  }

  private static ValueType<String> value() {
    return text("a value", "for instance eu", "[^\\x00-\\x1f]{1,249}");
  }

  private static ValueType<String> device() {
    return text(
        "a device", "auto, cpu, cuda or for instance cuda:1", "auto|cpu|cuda(:[0-9]{1,2})?");
  }
}
