package io.gradwatch.topology;

import io.gradwatch.window.Watermarks.Source;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the broker says of the source partitions: which exist, where they end, and how far the
 * sampling application has committed. An immutable picture that a thread of the composition root
 * renews; processors only read it.
 *
 * @param ends by partition
 * @param asked when the broker was asked, milliseconds since 1970-01-01 UTC: what came later may be
 *     missing
 */
public record SourceView(Map<Source, Ends> ends, long asked) {
  /** Before the broker was asked. */
  public static final SourceView UNKNOWN = new SourceView(Map.of(), 0);

  public SourceView {
    ends = Map.copyOf(ends);
  }

  /**
   * One partition.
   *
   * @param end offset behind the last stable record
   * @param committed offset that the sampling application reads next after a restart; -1 if it
   *     never committed
   */
  public record Ends(long end, long committed) {}

  /** A source of current views. */
  public interface Feed extends Supplier<SourceView> {}

  /** The partitions of some topics. */
  public Set<Source> partitions(Predicate<String> topics) {
    return ends.keySet().stream()
        .filter(source -> topics.test(source.topic()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
