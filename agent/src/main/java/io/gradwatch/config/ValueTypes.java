package io.gradwatch.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.sample.Field;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The types that configuration values have. */
final class ValueTypes {
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)\\s?%");
  private static final Pattern ADDRESS =
      Pattern.compile("([^:\\s]+|\\[[0-9a-fA-F:]+\\]):([0-9]{1,5})");
  private static final String TIME_EXAMPLE = "for instance 30s, 5m, 1h";

  /** As {@link Field#label} gives it. */
  private static final String HEADER = "header ";

  private static final String BESIDE = "key|" + HEADER + "[!-~]([ -~]{0,247}[!-~])?";

  private ValueTypes() {}

  /** Text that matches a pattern as a whole. */
  static ValueType<String> text(String noun, String example, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return ValueType.of(
        noun,
        example,
        "",
        string(pattern),
        text -> {
          check(compiled.matcher(text).matches(), "is not " + noun);
          return text;
        });
  }

  /** Where a record has something beside its value. */
  static ValueType<Field.OfRecord> fieldOfRecord() {
    return ValueType.of(
        "a place",
        "key or header NAME, for instance header request-id",
        "",
        string(BESIDE),
        text -> {
          check(text.matches(BESIDE), "is not a place of an id");
          return text.equals("key")
              ? new Field.Key()
              : new Field.Header(text.substring(HEADER.length()));
        });
  }

  /** Where a record has its id. */
  static ValueType<Field> field() {
    ValueType<Field.OfRecord> beside = fieldOfRecord();
    return ValueType.of(
        "a place",
        "header NAME, key or body, for instance header ce_id",
        "",
        string("body|" + BESIDE),
        text -> text.equals("body") ? new Field.BodyId() : beside.parse(List.of(text)));
  }

  /** A regular expression. */
  static ValueType<String> regex(String example) {
    return ValueType.of(
        "a regular expression",
        example,
        "",
        schema("string").put("format", "regex").put("minLength", 1),
        text -> {
          try {
            Pattern.compile(text);
          } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                "is no regular expression (%s)".formatted(e.getDescription()), e);
          }
          check(!text.isEmpty(), "is empty");
          return text;
        });
  }

  /** Text that no message quotes: it takes whatever is not empty. */
  static ValueType<Secret> secret() {
    return ValueType.of(
        "a secret",
        "for instance ${file:/run/secrets/password}",
        "",
        schema("string").put("minLength", 1),
        text -> {
          check(!text.isEmpty(), "is empty");
          return new Secret(text);
        });
  }

  static ValueType<Path> path() {
    return ValueType.of(
        "a path",
        "",
        "",
        schema("string").put("minLength", 1),
        text -> {
          check(!text.isBlank(), "is empty");
          return Path.of(text);
        });
  }

  static ValueType<Boolean> flag() {
    return ValueType.of(
        "true or false",
        "",
        "",
        schema("boolean"),
        text -> {
          check(text.equals("true") || text.equals("false"), "is not true or false");
          return Boolean.valueOf(text);
        });
  }

  static ValueType<Integer> integer(int min, int max) {
    return ValueType.of(
        "a whole number",
        "",
        "between %d and %d".formatted(min, max),
        schema("integer").put("minimum", min).put("maximum", max),
        text -> {
          check(text.matches("-?[0-9]{1,9}"), "is not a whole number");
          int value = Integer.parseInt(text);
          check(value >= min && value <= max, "is out of range");
          return value;
        });
  }

  /** A whole number from 1 on, or {@code auto}, which is read as 0. */
  static ValueType<Integer> integerOrAuto(int max) {
    ValueType<Integer> number = integer(1, max);
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.putArray("anyOf").add(number.schema()).add(string("auto"));
    return ValueType.of(
        "auto",
        "",
        "auto, or a whole number " + number.range(),
        schema,
        text -> text.equals("auto") ? 0 : number.parse(List.of(text)));
  }

  /** A part of a whole, as a number or in percent. */
  static ValueType<Double> fraction(double min, double max) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode alternatives = schema.putArray("anyOf");
    alternatives.add(schema("number").put("minimum", min).put("maximum", max));
    alternatives.add(string(PERCENT.pattern()));
    return ValueType.of(
        "a fraction",
        "for instance 0.1 or 10%",
        "between %s and %s".formatted(number(min), number(max)),
        schema,
        text -> {
          double value = fraction(text);
          check(value >= min && value <= max, "is out of range");
          return value;
        });
  }

  static ValueType<Duration> duration(String min, String max) {
    return quantity("a duration", TIME_EXAMPLE, Units.TIME, min, max, Duration::ofMillis);
  }

  static ValueType<Long> size(String min, String max) {
    return quantity("a size", "for instance 512KiB, 1MiB", Units.SIZE, min, max, bytes -> bytes);
  }

  /** One of an enum's constants, by label. */
  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, Function<E, String> label) {
    return oneOf(EnumSet.allOf(type), label);
  }

  static <E> ValueType<E> oneOf(Collection<E> choices, Function<E, String> label) {
    List<E> values = List.copyOf(choices);
    List<String> labels = values.stream().map(label).toList();
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode allowed = schema.putArray("enum");
    labels.forEach(allowed::add);
    return ValueType.of(
        "a choice",
        "",
        "one of " + String.join(", ", labels),
        schema,
        text -> {
          check(labels.contains(text), "is no choice");
          return values.get(labels.indexOf(text));
        });
  }

  /** A number, of at most 18 digits before and after the point. */
  static ValueType<Double> number(String example) {
    String pattern = "-?[0-9]{1,18}(\\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?";
    return ValueType.of(
        "a number",
        example,
        "",
        schema("number"),
        text -> {
          check(text.matches(pattern), "is not a number");
          double value = Double.parseDouble(text);
          check(Double.isFinite(value), "is out of range");
          return value;
        });
  }

  /** At least one value of a type, without repetition. */
  static <T> ValueType<List<T>> listOf(ValueType<T> element) {
    return list(element, false);
  }

  /** At least one value of a type. */
  static <T> ValueType<List<T>> sequenceOf(ValueType<T> element) {
    return list(element, true);
  }

  private static <T> ValueType<List<T>> list(ValueType<T> element, boolean mayRepeat) {
    return new ValueType<>(
        "a list",
        "a list, each " + (element.range().isEmpty() ? element.noun() : element.range()),
        element.range().isEmpty() ? element.example() : "",
        element.schema(),
        true,
        mayRepeat,
        texts -> {
          List<T> values = elements(element, texts);
          check(mayRepeat || new HashSet<>(values).size() == values.size(), "repeats itself");
          return values;
        });
  }

  private static <T> List<T> elements(ValueType<T> element, List<String> texts) {
    check(!texts.isEmpty(), "is empty");
    List<T> values = new ArrayList<>();
    for (String text : texts) {
      try {
        values.add(element.parse(List.of(text)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "(element %d) %s".formatted(values.size() + 1, e.getMessage()), e);
      }
    }
    return List.copyOf(values);
  }

  static ValueType<InetSocketAddress> address() {
    return ValueType.of(
        "an address",
        "for instance 0.0.0.0:9464 or [::1]:9464",
        "port 0 to 65535",
        string(ADDRESS.pattern()),
        text -> {
          Matcher matcher = ADDRESS.matcher(text);
          check(matcher.matches(), "is not an address");
          int port = Integer.parseInt(matcher.group(2));
          check(port <= 65_535, "is out of range");
          return InetSocketAddress.createUnresolved(
              matcher.group(1).replaceAll("[\\[\\]]", ""), port);
        });
  }

  static ValueType<FalseAlarmBudget> budget() {
    return ValueType.of(
        "a budget of false alarms",
        "for instance 1 per 90d, or 10% in 200 windows",
        "",
        schema("string"),
        text -> {
          try {
            return FalseAlarmBudget.parse(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a budget of false alarms", e);
          }
        });
  }

  static ValueType<StartFrom> startFrom() {
    ValueType<Duration> ago = duration("1s", "365d");
    return ValueType.of(
        "a position",
        "latest, earliest or a duration, " + TIME_EXAMPLE,
        ago.range(),
        string("latest|earliest|" + Units.TIME.pattern()),
        text ->
            switch (text) {
              case "latest" -> new StartFrom.Latest();
              case "earliest" -> new StartFrom.Earliest();
              default -> new StartFrom.Ago(ago.parse(List.of(text)));
            });
  }

  private static <T> ValueType<T> quantity(
      String noun, String example, Units units, String min, String max, LongFunction<T> of) {
    long least = units.parse(min);
    long most = units.parse(max);
    return ValueType.of(
        noun,
        example,
        "between %s and %s".formatted(min, max),
        string(units.pattern()),
        text -> {
          check(text.matches(units.pattern()), "is not " + noun);
          long value = units.parse(text);
          check(value >= least && value <= most, "is out of range");
          return of.apply(value);
        });
  }

  private static double fraction(String text) {
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      return Double.parseDouble(percent.group(1)) / 100;
    }
    check(text.matches("[0-9]{1,9}(\\.[0-9]{1,18})?"), "is not a fraction");
    return Double.parseDouble(text);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static ObjectNode schema(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static ObjectNode string(String pattern) {
    return schema("string").put("pattern", "^(" + pattern + ")$");
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
