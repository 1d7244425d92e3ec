package io.gradwatch.report.document;

import io.gradwatch.importance.FirstLayer;
import io.gradwatch.report.Picture;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of the layer that meets an image first, as pictures.
 *
 * @param parameter name of the tensor
 * @param pictures {@code data:} URIs, one a unit
 * @param units of the layer; more than there are pictures if some are left out
 */
public record Filters(String parameter, List<String> pictures, int units) {
  private static final int SHOWN = 32;

  public Filters {
    pictures = List.copyOf(pictures);
  }

  /** Drawn on one scale, so that they can be compared. */
  public static Filters of(FirstLayer layer) {
    double limit = layer.limit();
    return new Filters(
        layer.parameter(),
        IntStream.range(0, Math.min(SHOWN, layer.shown()))
            .mapToObj(
                unit ->
                    Picture.weights(
                            layer.channels(),
                            layer.height(),
                            layer.width(),
                            layer.unit(unit),
                            limit)
                        .dataUri())
            .toList(),
        layer.units());
  }
}
