package io.gradwatch.report.document;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that says which numbers it is made of.
 *
 * @param parts in their order
 */
public record Sentence(@JsonIgnore List<Part> parts) {
  private static final String PLACE = "{}";

  public Sentence {
    parts = List.copyOf(parts);
  }

  /**
   * A piece of a sentence.
   *
   * @param text as it is read
   * @param figure id of the {@link Figure} that it is; null for other text
   * @param name whether it is a name or a command, as the system has it
   */
  public record Part(String text, @Nullable String figure, boolean name) {
    /** Whether it is neither. */
    public boolean plain() {
      return figure == null && !name;
    }
  }

  /**
   * Puts figures and names into a pattern.
   *
   * @param pattern with {@code {}} for each of them, and no digit of its own
   * @param pieces each a {@link Figure}, or a name that has a text
   * @throws IllegalArgumentException if they are not as many as the places
   */
  static Sentence of(String pattern, Object... pieces) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (Object piece : pieces) {
      int place = pattern.indexOf(PLACE, at);
      if (place < 0) {
        throw new IllegalArgumentException("more pieces than places in: " + pattern);
      }
      plain(parts, pattern.substring(at, place));
      parts.add(
          piece instanceof Figure figure
              ? new Part(figure.text(), figure.id(), false)
              : new Part(piece.toString(), null, true));
      at = place + PLACE.length();
    }
    if (pattern.indexOf(PLACE, at) >= 0) {
      throw new IllegalArgumentException("fewer pieces than places in: " + pattern);
    }
    plain(parts, pattern.substring(at));
    return new Sentence(parts);
  }

  private static void plain(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, null, false));
    }
  }

  /** As it is read, without any markup. */
  @JsonProperty
  public String text() {
    return parts.stream().map(Part::text).collect(Collectors.joining());
  }

  /** Ids of the numbers in it. */
  @JsonProperty
  public List<String> figures() {
    List<String> ids = new ArrayList<>();
    for (Part part : parts) {
      if (part.figure() != null) {
        ids.add(part.figure());
      }
    }
    return ids;
  }
}
