package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gradwatch.importance.Digits;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DigitsTest {
  private static final String HEADER = "split,digit," + "p,".repeat(63) + "p\n";
  private static final Digit RAMP =
      new Digit(3, IntStream.range(0, 64).mapToObj(i -> i / 64.0).toList());
  private static final DigitRequests REQUESTS =
      new DigitRequests(
          List.of(RAMP, Shift.ROTATED.apply(RAMP), new Digit(9, Collections.nCopies(64, 0.25))),
          11);

  @TempDir Path folder;

  @Test
  void readsTheHeldOutDigitsScaledToOne() throws IOException {
    Path file = gzip(HEADER + "train,1" + ",0".repeat(64) + "\nheld-out,7" + ",4".repeat(64));

    assertThat(DigitFile.heldOut(file))
        .containsExactly(new Digit(7, Collections.nCopies(64, 0.25)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'held-out,7,1'       | line 2: 3 fields beginning with 'held-out'; expected 66 beginning
          'test,7'             | line 2: 2 fields beginning with 'test'; expected 66 beginning with
          'train,7'            | no held-out digits
          """)
  void namesTheLineThatIsNoDigit(String line, String message) throws IOException {
    Path file = gzip(HEADER + line);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> DigitFile.heldOut(file))
        .withMessageStartingWith(file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource({"held-out;7, 17", "held-out;7, x", "held-out;11, 0"})
  void refusesPixelsAndLabelsOutOfRange(String start, String pixel) throws IOException {
    Path file = gzip(HEADER + start.replace(';', ',') + ("," + pixel).repeat(64));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> DigitFile.heldOut(file))
        .withMessageStartingWith(file + ": line 2: ");
  }

  @Test
  void drawsTheSameRequestsFromTheSameSeed() {
    DigitRequests again = new DigitRequests(REQUESTS.digits(), REQUESTS.seed());
    DigitRequests other = new DigitRequests(REQUESTS.digits(), REQUESTS.seed() + 1);

    for (long number : new long[] {0, 1, 99, 1L << 40}) {
      assertThat(again.body(number, Shift.NONE)).isEqualTo(REQUESTS.body(number, Shift.NONE));
    }
    assertThat(bodies(other)).isNotEqualTo(bodies(REQUESTS));
  }

  @Test
  void drawsEveryDigitEquallyOften() throws MalformedSampleException {
    int draws = 3_000;
    int nines = 0;
    for (int number = 0; number < draws; number++) {
      nines += List.of(9.0).equals(parsed(number, Shift.NONE).label()) ? 1 : 0;
    }

    // Four standard deviations of a binomial of 3,000 and 1/3
    assertThat(nines).isBetween(1_000 - 104, 1_000 + 104);
  }

  @ParameterizedTest
  @EnumSource(Shift.class)
  void writesWhatTheOpenInferenceFormatReads(Shift shift) throws MalformedSampleException {
    InferenceSample sample = parsed(5, shift);

    assertThat(sample.id()).isEqualTo("digit-5");
    assertThat(sample.label()).isNotNull();
    Tensor image = sample.inputs().get(0);
    assertThat(image.name()).isEqualTo("image");
    assertThat(image.type()).isEqualTo(DataType.FP32);
    assertThat(image.shape()).containsExactly(1L, 8L, 8L);
  }

  @Test
  void joinsARequestWithTheAnswerToItsDigitAsItArrives() throws MalformedSampleException {
    Digit rotated = Shift.ROTATED.apply(RAMP);
    DigitRequests answered =
        new DigitRequests(List.of(RAMP), 1, Map.of(rotated, List.of(0.1f, -2.5f)));
    PayloadReader format = PayloadReader.AUTO;

    assertThat(format.read(answered.body(0, Shift.NONE)).get(0).served()).isEmpty();
    Tensor logits = format.read(answered.body(0, Shift.ROTATED)).get(0).served().get(0);
    assertThat(logits.name()).isEqualTo("logits");
    assertThat(logits.values()).containsExactly(0.1f, -2.5f);
  }

  @Test
  void servesEveryDigitUnderEveryShiftAsTheModelDoes() throws IOException {
    List<Digit> digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
    Map<Digit, List<Float>> answers =
        DigitServer.answers(Digits.MODEL, digits, List.of(Shift.NONE, Shift.ROTATED));

    assertThat(share(digits, answers, Shift.NONE)).as("accuracy").isGreaterThan(0.9);
    assertThat(share(digits, answers, Shift.ROTATED)).as("accuracy").isBetween(0.05, 0.5);
  }

  private static double share(List<Digit> digits, Map<Digit, List<Float>> answers, Shift shift) {
    long right =
        digits.stream()
            .map(shift::apply)
            .filter(
                digit -> {
                  List<Float> logits = Objects.requireNonNull(answers.get(digit));
                  return logits.indexOf(Collections.max(logits)) == digit.label();
                })
            .count();
    return right / (double) digits.size();
  }

  @Test
  void turnsTheTopRightCornerToTheTopLeft() {
    Digit rotated = Shift.ROTATED.apply(RAMP);

    assertThat(rotated.pixels().get(0)).isEqualTo(RAMP.pixels().get(7));
    assertThat(rotated.pixels().get(7)).isEqualTo(RAMP.pixels().get(63));
    Digit turnedRound = Shift.ROTATED.apply(Shift.ROTATED.apply(Shift.ROTATED.apply(rotated)));
    assertThat(turnedRound).isEqualTo(RAMP);
  }

  @Test
  void keepsTheLabelWhateverTheShift() {
    for (Shift shift : Shift.values()) {
      assertThat(shift.apply(RAMP).label()).isEqualTo(3);
      assertThat(shift.apply(RAMP).equals(RAMP)).isEqualTo(shift == Shift.NONE);
    }
  }

  @Test
  void needsDigitsToDrawFrom() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DigitRequests(List.of(), 1));
  }

  private static InferenceSample parsed(long number, Shift shift) throws MalformedSampleException {
    return PayloadReader.AUTO.read(REQUESTS.body(number, shift)).get(0);
  }

  private static List<String> bodies(DigitRequests requests) {
    return IntStream.range(0, 50)
        .mapToObj(n -> new String(requests.body(n, Shift.NONE), StandardCharsets.UTF_8))
        .toList();
  }

  private Path gzip(String text) throws IOException {
    Path file = folder.resolve("digits.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
