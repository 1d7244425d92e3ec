package io.gradwatch.demo;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Draws dashboards with what a Prometheus holds. */
interface DashboardShots extends AutoCloseable {
  /**
   * Draws one.
   *
   * @param dashboard its JSON
   * @param from what it shows: since when
   * @param to until when
   * @param width in CSS pixels; the height is that of the dashboard
   * @param png where the picture goes
   * @return what is wrong with the picture, in a line or more; empty if nothing is
   * @throws IOException if there is no picture, with the reason
   */
  String draw(Path dashboard, Instant from, Instant to, int width, ColorScheme scheme, Path png)
      throws IOException, InterruptedException;

  @Override
  default void close() throws IOException {}
}
