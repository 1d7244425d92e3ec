package io.gradwatch.sample;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which records of its topics are a model's. One that is not is neither seen nor refused, and takes
 * no place in any sample; so a sample stays the bottom-k of the records that are the model's,
 * whatever lies between them.
 *
 * <p>Immutable; callable on any thread.
 *
 * @param matches all of which must hold; none for every record
 * @param segment the part of the model's traffic that it is; null for all of it
 */
public record Selection(List<Match> matches, @Nullable Segment segment) {
  /** Every record. */
  public static final Selection ALL = new Selection(List.of(), null);

  public Selection {
    matches = List.copyOf(matches);
  }

  /**
   * A part of a model's traffic with a sample, windows, a baseline and an alarm of its own.
   *
   * @param model of which it is a part
   * @param match the one value that its records have
   * @param siblings the values of all segments of the model
   */
  public record Segment(String model, Match match, Set<String> siblings) {
    public Segment {
      siblings = Set.copyOf(siblings);
      if (match.values().size() != 1) {
        throw new IllegalArgumentException("a segment has one value, not " + match.values());
      }
    }

    /** The value of its records. */
    public String value() {
      return match.values().iterator().next();
    }
  }

  /** Why a record is of no segment. */
  public enum Outside {
    /** It lacks the header, the parameter, the key or an answer of the deployed model. */
    ABSENT,
    /** It has another value than those that the configuration lists. */
    UNLISTED;

    /** As it stands in labels. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Whether a record may be the model's, as far as that is seen without parsing.
   *
   * @param record gives the text of a field, null where the record has none
   */
  public boolean mayTake(Function<Field.OfRecord, @Nullable String> record) {
    return mayBeOfModel(record) && (segment == null || segment.match().mayHold(record));
  }

  /**
   * Whether a response may be to one of the model's requests: it says nothing else. Servers write
   * more beside a request than beside its response, and in the end the id decides.
   *
   * @param record gives the text of a field, null where the record has none
   */
  public boolean mayAnswer(Function<Field.OfRecord, @Nullable String> record) {
    return allMatches()
        .allMatch(
            match ->
                !(match.field() instanceof Field.OfRecord beside)
                    || record.apply(beside) == null
                    || match.mayHold(record));
  }

  /** Whether a response is certainly to one of the model's requests, or to none at all. */
  public boolean answers(Function<Field.OfRecord, @Nullable String> record) {
    return allMatches()
        .allMatch(match -> match.field() instanceof Field.OfRecord && match.mayHold(record));
  }

  /** Whether it depends on what the deployed model answered. */
  public boolean looksAtAnswers() {
    return allMatches().anyMatch(match -> match.field() instanceof Field.PredictedClass);
  }

  private Stream<Match> allMatches() {
    return Stream.concat(matches.stream(), Stream.ofNullable(segment).map(Segment::match));
  }

  /** Those of a record's rows that are the model's; all of them, unless it looks into the value. */
  public List<InferenceSample> rows(List<InferenceSample> rows) {
    return rows.stream()
        .filter(this::isOfModel)
        .filter(row -> segment == null || segment.match().holds(row))
        .toList();
  }

  /**
   * The model under whose name a record is counted before it is parsed: the segment where its
   * records are known by then.
   *
   * @param name under which it is watched itself
   */
  public String account(String name) {
    return segment != null && segment.match().field() instanceof Field.OfRow
        ? segment.model()
        : name;
  }

  /**
   * Why a record of the model is in none of its segments.
   *
   * @param record gives the text of a field, null where the record has none
   * @param rows null while the record is not parsed
   * @return empty if it is in one of them, if it is not the model's, or if that is not known
   *     because nobody parsed it
   */
  public Optional<Outside> outside(
      Function<Field.OfRecord, @Nullable String> record, @Nullable List<InferenceSample> rows) {
    if (segment == null || !mayBeOfModel(record)) {
      return Optional.empty();
    }
    boolean unparsed = matches.stream().allMatch(match -> match.field() instanceof Field.OfRecord);
    if (segment.match().field() instanceof Field.OfRecord beside && unparsed) {
      return outside(record.apply(beside));
    }
    Optional<Outside> outside = Optional.empty();
    for (InferenceSample row : rows == null ? List.<InferenceSample>of() : rows) {
      if (isOfModel(row)) {
        Optional<Outside> of = outside(text(record, row));
        if (of.isEmpty()) {
          return of;
        }
        outside = outside.equals(Optional.of(Outside.UNLISTED)) ? outside : of;
      }
    }
    return outside;
  }

  private Optional<Outside> outside(@Nullable String text) {
    if (text == null) {
      return Optional.of(Outside.ABSENT);
    }
    return segment != null && segment.siblings().contains(text)
        ? Optional.empty()
        : Optional.of(Outside.UNLISTED);
  }

  private @Nullable String text(
      Function<Field.OfRecord, @Nullable String> record, InferenceSample row) {
    if (segment == null) {
      return null;
    }
    Field field = segment.match().field();
    return field instanceof Field.OfRow within
        ? within.of(row)
        : record.apply((Field.OfRecord) field);
  }

  private boolean mayBeOfModel(Function<Field.OfRecord, @Nullable String> record) {
    for (Match match : matches) {
      if (!match.mayHold(record)) {
        return false;
      }
    }
    return true;
  }

  private boolean isOfModel(InferenceSample row) {
    return matches.stream().allMatch(match -> match.holds(row));
  }
}
