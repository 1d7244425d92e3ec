package io.gradwatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.SplittableRandom;

/** Requests of an exact length with one row of FP32, as the traffic of the stream's benchmark. */
enum StreamPayload {
  /** Open Inference JSON, four decimals a number. */
  JSON {
    @Override
    byte[] body(int size, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      // A number and its comma have 7 bytes; spaces fill up to the length.
      int numbers = (size - 120) / 7;
      StringBuilder data = new StringBuilder();
      for (int i = 0; i < numbers; i++) {
        data.append(i == 0 ? "" : ",");
        data.append(String.format(Locale.ROOT, "%.4f", random.nextDouble()));
      }
      String request =
          "{\"id\":\"%016x\",\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,%d],\"data\":[%s]}]}"
              .formatted(seed, numbers, data);
      return (request + " ".repeat(size - request.length())).getBytes(UTF_8);
    }
  },

  /** {@code ModelInferRequest} with raw contents. */
  PROTOBUF {
    @Override
    byte[] body(int size, long seed) {
      int numbers = (size - 100) / Float.BYTES;
      ByteBuffer raw = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < numbers; i++) {
        raw.putFloat((float) random.nextDouble());
      }
      // The name of the model is as long as the length wants it.
      int rest = size - request("", seed, numbers, raw.array()).length;
      return request("m".repeat(rest), seed, numbers, raw.array());
    }
  };

  /** A request of exactly {@code size} bytes, at least 200; equal seeds give equal ones. */
  abstract byte[] body(int size, long seed);

  private static byte[] request(String model, long seed, int numbers, byte[] raw) {
    ByteString.Output tensor = ByteString.newOutput();
    ByteString.Output request = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(tensor);
      out.writeString(1, "input");
      out.writeString(2, "FP32");
      out.writeInt64(3, 1);
      out.writeInt64(3, numbers);
      out.flush();
      out = CodedOutputStream.newInstance(request);
      out.writeString(1, model);
      out.writeString(3, "%016x".formatted(seed));
      out.writeBytes(5, tensor.toByteString());
      out.writeByteArray(7, raw);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return request.toByteString().toByteArray();
  }
}
