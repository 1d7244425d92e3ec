package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.Selection.Outside;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final Field REGION = new Field.Header("region");
  private static final Field.Parameter TENANT = new Field.Parameter("tenant");
  private static final Field.PredictedClass CLASS = new Field.PredictedClass("0", null);

  private static Tensor tensor(String name, double... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    return new Tensor(name, DataType.FP64, List.of((long) values.length), data);
  }

  private static InferenceSample row(Map<String, String> parameters, Tensor... served) {
    return new InferenceSample(
        null, List.of(tensor("x", 1)), null, null, List.of(served), parameters);
  }

  private static InferenceSample tenant(String name) {
    return row(Map.of("tenant", name));
  }

  private static InferenceSample answered(double... values) {
    return row(Map.of(), tensor("y", values));
  }

  /** A record that has one text in every field beside its value. */
  private static Function<Field.OfRecord, @Nullable String> having(@Nullable String text) {
    return field -> text;
  }

  private static Match match(Field field, String... values) {
    return new Match(field, Set.of(values));
  }

  private static Selection segment(Field field, String value, Match... matches) {
    return new Selection(
        List.of(matches), new Selection.Segment("m", match(field, value), Set.of("0", "1")));
  }

  @Test
  void needsEveryConditionAndOneOfItsValues() {
    Selection selection = new Selection(List.of(match(REGION, "a", "b"), match(TENANT, "t")), null);
    assertThat(selection.mayTake(having("a"))).isTrue();
    assertThat(selection.mayTake(having("b"))).isTrue();
    assertThat(selection.mayTake(having("A"))).isFalse();
    assertThat(selection.mayTake(having(null))).isFalse();
    assertThat(selection.rows(List.of(tenant("t"), tenant("u"), row(Map.of()))))
        .containsExactly(tenant("t"));
  }

  @Test
  void takesTheRowsOfItsClassOutOfABatch() {
    List<InferenceSample> batch = List.of(answered(3, 1), answered(1, 3), answered(2, 2));
    assertThat(segment(CLASS, "0").rows(batch)).containsExactly(batch.get(0), batch.get(2));
    assertThat(segment(CLASS, "1").rows(batch)).containsExactly(batch.get(1));
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0, 0", "0, 0, 0", "0.1, 0, 1", "0.5, 0.5, 0", "0.6, 0.5, 1"})
  void isOneAboveTheThresholdOfAModelOfOneNumber(double answer, double threshold, String number) {
    assertThat(new Field.PredictedClass("0", threshold).of(answered(answer))).isEqualTo(number);
  }

  @Test
  void hasNoClassWithoutAnAnswerThatCanBeOne() {
    assertThat(CLASS.of(row(Map.of()))).isNull();
    assertThat(CLASS.of(answered(1))).as("one number").isNull();
    assertThat(CLASS.of(answered())).as("an answer that could not be read").isNull();
    assertThat(CLASS.of(answered(1, Double.NaN))).isNull();
    assertThat(new Field.PredictedClass("0", 0.5).of(answered(0.2, 0.8))).isNull();
  }

  @Test
  void picksTheServedOutputThatIsWatched() {
    InferenceSample row = row(Map.of(), tensor("a", 1, 0), tensor("OUTPUT__b", 0, 1));
    assertThat(new Field.PredictedClass("1", null).of(row)).isEqualTo("1");
    assertThat(new Field.PredictedClass("b", null).of(row)).isEqualTo("1");
    assertThat(new Field.PredictedClass("a", null).of(row)).isEqualTo("0");
    assertThat(new Field.PredictedClass("c", null).of(row)).isNull();
  }

  @Test
  void countsUnderTheModelOnlyWhereTheSegmentIsInTheValue() {
    assertThat(segment(REGION, "1").account("m@1")).isEqualTo("m@1");
    assertThat(segment(TENANT, "1").account("m@1")).isEqualTo("m");
    assertThat(Selection.ALL.account("m")).isEqualTo("m");
  }

  @Test
  void saysWhyARecordIsInNoSegmentByItsHeader() {
    Selection selection = segment(REGION, "1");
    assertThat(selection.outside(having("0"), null)).as("a sibling's").isEmpty();
    assertThat(selection.outside(having("2"), null)).hasValue(Outside.UNLISTED);
    assertThat(selection.outside(having(null), null)).hasValue(Outside.ABSENT);
  }

  @Test
  void saysWhyARecordIsInNoSegmentByItsRows() {
    Selection selection = segment(TENANT, "1", match(REGION, "eu"));
    List<InferenceSample> rows = new ArrayList<>(List.of(row(Map.of())));
    assertThat(selection.outside(having("eu"), null)).as("not parsed").isEmpty();
    assertThat(selection.outside(having("us"), rows)).as("another model's").isEmpty();
    assertThat(selection.outside(having("eu"), rows)).hasValue(Outside.ABSENT);
    rows.add(tenant("2"));
    assertThat(selection.outside(having("eu"), rows)).hasValue(Outside.UNLISTED);
    rows.add(row(Map.of()));
    assertThat(selection.outside(having("eu"), rows)).hasValue(Outside.UNLISTED);
    rows.add(tenant("0"));
    assertThat(selection.outside(having("eu"), rows)).isEmpty();
  }

  @Test
  void doesNotCountRecordsThatMayBeAnotherModels() {
    Selection selection = segment(REGION, "1", match(TENANT, "t"));
    assertThat(selection.outside(having("2"), null)).as("not parsed").isEmpty();
    assertThat(selection.outside(having("2"), List.of(tenant("u")))).isEmpty();
    assertThat(selection.outside(having("2"), List.of(tenant("t")))).hasValue(Outside.UNLISTED);
  }
}
