package io.gradwatch.agent;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the agent lives, and whether it does its work, for whoever watches the process. A broker
 * that is away makes it unready and not unhealthy: a restart would not bring it back. Thread-safe.
 */
final class Condition {
  private volatile List<StreamsApplication> applications = List.of();
  private final Map<String, Supplier<Optional<String>>> hung = new ConcurrentHashMap<>();
  private volatile @Nullable String phase = "starts";
  private volatile Supplier<Optional<String>> broker = Optional::empty;

  /**
   * Says what the agent does before or after its work.
   *
   * @param doing a verb in the third person; null when it is at work
   */
  void phase(@Nullable String doing) {
    phase = doing;
  }

  /** Looks at these applications from now on, and no longer at those before. */
  void watch(List<StreamsApplication> running) {
    applications = List.copyOf(running);
  }

  /** Looks at devices from now on, see {@link DeviceWatchdog}. */
  void watch(Map<String, Supplier<Optional<String>>> devices) {
    hung.putAll(devices);
  }

  /** Looks at the broker from now on, see {@link SourceWatch#silence}. */
  void watch(SourceWatch sources) {
    broker = sources::silence;
  }

  /** Why a restart would help; empty if none would. */
  Optional<String> unhealthy() {
    Stream<String> devices =
        hung.entrySet().stream()
            .flatMap(
                device ->
                    device.getValue().get().stream()
                        .map(what -> "device %s hangs: %s".formatted(device.getKey(), what)));
    return Stream.concat(devices, said(StreamsApplication::dead)).findFirst();
  }

  /** Why it does not do its work; empty if it does. */
  Optional<String> unready() {
    String doing = phase;
    Stream<String> early = doing == null ? Stream.of() : Stream.of("the agent " + doing);
    return Stream.of(
            unhealthy().stream(), early, said(StreamsApplication::unready), broker.get().stream())
        .flatMap(reasons -> reasons)
        .map(Objects::requireNonNull)
        .findFirst();
  }

  private Stream<String> said(
      java.util.function.Function<StreamsApplication, Optional<String>> reason) {
    return applications.stream().flatMap(application -> reason.apply(application).stream());
  }
}
