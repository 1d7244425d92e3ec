package io.gradwatch.sample.payload;

import java.util.Locale;

/**
 * The wire formats of inference messages. Around any of them there may be a CloudEvent, and before
 * it the prefix of a schema registry; both are recognised and taken off.
 */
public enum PayloadFormat {
  /** Whichever of the others the payload is in, told by its first bytes and fields. */
  AUTO,
  /** Open Inference Protocol, version 2, as JSON, with or without its binary extension. */
  OPEN_INFERENCE,
  /** Open Inference Protocol, version 2, as protobuf, typed or raw: gRPC, and Seldon's topics. */
  OPEN_INFERENCE_PROTOBUF,
  /** {@code instances}, one a sample. */
  KSERVE_V1,
  /** A request of MLflow's scoring server. */
  MLFLOW,
  /** Arrays of numbers, or objects of features. */
  JSON,
  /** Avro records with the prefix of a schema registry. */
  AVRO,
  /** One array of NumPy, or a zip of them. */
  NUMPY;

  /** As it stands in the configuration. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it begins with JSON. */
  boolean isJson() {
    return this == OPEN_INFERENCE || this == KSERVE_V1 || this == MLFLOW || this == JSON;
  }
}
