package io.gradwatch.sample;

import org.jspecify.annotations.Nullable;

/** What of a record says whose it is. */
public sealed interface Field {
  /** As it stands in messages, for instance {@code header region}. */
  String label();

  /** A field beside the value: it is read without parsing anything. */
  sealed interface OfRecord extends Field {}

  /** A field of the value: every record that could be sampled is parsed for it. */
  sealed interface OfRow extends Field {
    /** Its text in a row; null where the row has none. */
    @Nullable String of(InferenceSample row);
  }

  /** The last header of a name, as UTF-8. */
  record Header(String name) implements OfRecord {
    @Override
    public String label() {
      return "header " + name;
    }
  }

  /** The whole key of the record, as UTF-8. */
  record Key() implements OfRecord {
    @Override
    public String label() {
      return "key";
    }
  }

  /** The id within the message: what the protocol calls so, else that of the event around it. */
  record BodyId() implements OfRow {
    @Override
    public @Nullable String of(InferenceSample row) {
      return row.id();
    }

    @Override
    public String label() {
      return "body";
    }
  }

  /** A parameter of the request: text, a number, true or false. */
  record Parameter(String name) implements OfRow {
    @Override
    public @Nullable String of(InferenceSample row) {
      return row.parameters().get(name);
    }

    @Override
    public String label() {
      return "parameter " + name;
    }
  }

  /**
   * The class that the deployed model answered: the index of the largest of its outputs, the first
   * one of equals; or, where it gives one number, 1 above a threshold and 0 otherwise. None where
   * the row carries no answer, or one that holds something else than that.
   *
   * @param output which of the served outputs, see {@link InferenceSample#served(String)}
   * @param threshold for a model of one number; null for one of a number a class, two at least
   */
  record PredictedClass(String output, @Nullable Double threshold) implements OfRow {
    @Override
    public @Nullable String of(InferenceSample row) {
      Tensor answer = row.served(output);
      if (answer == null || (threshold == null ? answer.elements() < 2 : answer.elements() != 1)) {
        return null;
      }
      double[] values = answer.values();
      int largest = 0;
      for (int k = 0; k < values.length; k++) {
        if (Double.isNaN(values[k])) {
          return null;
        }
        largest = values[k] > values[largest] ? k : largest;
      }
      return Integer.toString(threshold == null ? largest : values[0] > threshold ? 1 : 0);
    }

    @Override
    public String label() {
      return "predicted class";
    }
  }
}
