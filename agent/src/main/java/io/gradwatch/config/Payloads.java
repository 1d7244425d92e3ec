package io.gradwatch.config;

import io.gradwatch.sample.payload.InputMapping;
import io.gradwatch.sample.payload.ModelInput;
import io.gradwatch.sample.payload.PayloadSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads how a model's records are read: their format, and the mapping onto its inputs. */
final class Payloads {
  private Payloads() {}

  /** Empty if something could not be read, which is noted. */
  static Optional<PayloadSettings> read(Section model) {
    List<Section> sections = model.children(Keys.INPUTS);
    List<ModelInput> inputs = new ArrayList<>();
    for (Section section : sections) {
      section.assemble(() -> input(section)).ifPresent(inputs::add);
    }
    if (inputs.size() < sections.size()) {
      return Optional.empty();
    }
    return model.assemble(
        () ->
            new PayloadSettings(
                model.get(Keys.FORMAT),
                model.find(Keys.AVRO_SCHEMA).orElse(null),
                new InputMapping(inputs)));
  }

  private static ModelInput input(Section input) {
    return new ModelInput(
        input.get(Keys.INPUT_NAME),
        input.find(Keys.FROM).orElse(List.of()),
        input.find(Keys.SELECT).orElse(List.of()),
        input.find(Keys.DATATYPE).orElse(null),
        input.find(Keys.SHAPE).orElse(null),
        input.find(Keys.MEAN).orElse(List.of()),
        input.find(Keys.SCALE).orElse(List.of()),
        input.find(Keys.VALUE).orElse(List.of()));
  }
}
