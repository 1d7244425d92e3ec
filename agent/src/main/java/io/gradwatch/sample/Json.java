package io.gradwatch.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** How JSON values are spoken of in messages: in one short line, whatever they hold. */
public final class Json {
  private static final int LONGEST_QUOTE = 60;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Json() {}

  /** Whether there is nothing, or null. */
  public static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** Says that a value is not what was expected at its path. */
  public static MalformedSampleException mismatch(String path, JsonNode found, String expected) {
    return new MalformedSampleException(
        "%s: %s; expected %s".formatted(path, describe(found), expected));
  }

  /** A value in a few words. */
  public static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "missing";
      case NULL -> "null";
      case ARRAY -> "an array of " + node.size();
      case OBJECT -> "an object";
      case STRING -> "text '" + brief(node.asText()) + "'";
      default -> brief(node.asText());
    };
  }

  /** The text without control characters, cut where it gets long. */
  public static String brief(String text) {
    String start = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
    return CONTROL.matcher(start).replaceAll("?");
  }
}
