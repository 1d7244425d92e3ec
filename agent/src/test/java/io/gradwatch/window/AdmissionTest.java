package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.Priority;
import io.gradwatch.sample.Refusal;
import io.gradwatch.window.Admission.Kind;
import io.gradwatch.window.Admission.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long NOW = 1_000_000;
  private static final Set<Kind> REQUEST = Set.of(Kind.REQUEST);
  private final Admission admission = new Admission(Settings.TEN_SECONDS);

  private Verdict consider(long eventTime, long priority) {
    return admission.consider(REQUEST, eventTime, priority, 100, NOW);
  }

  @Test
  void admitsOnlyWhatIsBelowTheKthSmallestOfItsWindow() {
    for (long priority = 10; priority < 18; priority++) {
      assertThat(consider(500_000, priority)).isEqualTo(Verdict.ADMIT);
      admission.admitted(Kind.REQUEST, 500_000, priority);
    }
    assertThat(consider(500_001, 17)).isEqualTo(Verdict.PASS);
    assertThat(consider(500_001, 16)).isEqualTo(Verdict.ADMIT);
    assertThat(consider(500_001, -1)).as("the largest unsigned").isEqualTo(Verdict.PASS);
    assertThat(consider(510_000, 99)).as("the next window").isEqualTo(Verdict.ADMIT);
  }

  @Test
  void keepsPlacesForResponsesThatRequestsDoNotTake() {
    for (long priority = 0; priority < 8; priority++) {
      admission.admitted(Kind.REQUEST, 500_000, priority);
    }
    for (long priority = 0; priority < 16; priority++) {
      assertThat(admission.consider(Set.of(Kind.RESPONSE), 500_000, priority, 100, NOW))
          .as("response %d", priority)
          .isEqualTo(Verdict.ADMIT);
      admission.admitted(Kind.RESPONSE, 500_000, priority);
    }
    assertThat(admission.consider(Set.of(Kind.values()), 500_000, 16, 100, NOW))
        .as("neither as a request nor as a response")
        .isEqualTo(Verdict.PASS);
    assertThat(admission.admits(Kind.REQUEST, 500_000, 7)).isFalse();
    assertThat(admission.admits(Kind.RESPONSE, 500_000, 7)).isTrue();
  }

  @Test
  void givesNoPlaceToARecordThatCouldNotBeParsed() {
    for (int record = 0; record < 20; record++) {
      assertThat(consider(500_000, 10)).isEqualTo(Verdict.ADMIT);
    }
  }

  @Test
  void admitsAboutKTimesOnePlusLogOfNOverK() {
    Priority priority = new Priority(3, "t", 0);
    int n = 20_000;
    int admitted = 0;
    for (int offset = 0; offset < n; offset++) {
      if (consider(500_000, priority.of(offset)) == Verdict.ADMIT) {
        admission.admitted(Kind.REQUEST, 500_000, priority.of(offset));
        admitted++;
      }
    }
    double expected = 8 * (1 + Math.log(n / 8.0));
    assertThat(admitted).isBetween((int) (expected * 0.6), (int) (expected * 1.4));
  }

  @Test
  void isLateOnceItsOwnPartitionPassedTheCloseTime() {
    consider(511_999, 1);
    assertThat(consider(509_999, 2))
        .as("one millisecond before the close")
        .isEqualTo(Verdict.ADMIT);
    consider(512_000, 3);
    assertThat(consider(509_999, 4)).isEqualTo(Verdict.LATE);
  }

  @Test
  void refusesWithoutMovingTheWatermark() {
    assertThat(consider(0, 1)).isEqualTo(Verdict.BAD_TIME);
    assertThat(consider(-5, 1)).isEqualTo(Verdict.BAD_TIME);
    assertThat(consider(NOW + 1001, 1)).isEqualTo(Verdict.FUTURE);
    assertThat(admission.crossed()).isEmpty();
    assertThat(consider(NOW + 1000, 1)).isEqualTo(Verdict.ADMIT);
  }

  @Test
  void refusesALongPayloadUnparsedButTrustsItsTime() {
    assertThat(admission.consider(REQUEST, 500_000, 1, 1025, NOW)).isEqualTo(Verdict.TOO_LARGE);
    assertThat(admission.consider(REQUEST, 500_000, 1, 1024, NOW)).isEqualTo(Verdict.ADMIT);
    assertThat(admission.crossed()).hasValue(500_000);
  }

  @Test
  void tellsTheWatermarkAtOnceAndThenWhenAWindowCloses() {
    consider(505_000, 1);
    assertThat(admission.crossed()).hasValue(505_000);
    consider(511_999, 1);
    assertThat(admission.crossed()).isEmpty();
    consider(512_000, 1);
    assertThat(admission.crossed()).hasValue(512_000);
    assertThat(admission.crossed()).isEmpty();
  }

  @Test
  void followsTheClockAtTheIdleTimeoutWhenIdle() {
    consider(500_000, 1);
    assertThat(admission.crossed()).isPresent();
    admission.idle(506_999);
    assertThat(admission.crossed()).isEmpty();
    admission.idle(507_000);
    assertThat(admission.crossed()).hasValue(502_000);
  }

  @Test
  void sendsOnlySomeOfManyBadRecordsToTheDeadLetters() {
    int letters = 0;
    for (long priority = 0; priority < 500; priority++) {
      letters += admission.isDeadLetter(Refusal.MALFORMED, priority) ? 1 : 0;
    }
    assertThat(letters).isEqualTo(Admission.DEAD_LETTERS);
    assertThat(admission.isDeadLetter(Refusal.TOO_LARGE, 500)).as("another reason").isTrue();
  }

  @Test
  void letsTimePassByRecordsOfOtherModelsThatHaveOne() {
    assertThat(admission.passBy(0, NOW)).isFalse();
    assertThat(admission.passBy(NOW + 1001, NOW)).isFalse();
    assertThat(admission.crossed()).isEmpty();
    assertThat(admission.passBy(512_000, NOW)).isTrue();
    assertThat(admission.crossed()).hasValue(512_000);
    assertThat(consider(501_999, 1)).as("its window is closed").isEqualTo(Verdict.LATE);
    assertThat(admission.passBy(505_000, NOW)).isTrue();
    assertThat(admission.crossed()).as("never back").isEmpty();
  }
}
