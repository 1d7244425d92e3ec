package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.gradwatch.inference.proto.InferTensorContents;
import io.gradwatch.inference.proto.ModelInferRequest;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.payload.wire.InferTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Typed contents in every way that protobuf lets them be written, which readers must take. */
class TypedContentsTest {
  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static ByteString bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    writing.to(out);
    out.flush();
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static double[] read(WireType type, ByteString... parts) throws MalformedSampleException {
    InferTensor tensor =
        InferTensor.newBuilder()
            .setName("x")
            .setDatatype(type.name())
            .addShape(1)
            .addShape(2)
            .addAllContents(List.of(parts))
            .build();
    BatchTensor read = TypedContents.read(tensor, type, "inputs[0]");
    return read.split().get(0).values();
  }

  @Test
  void takesNumbersThatAreNotPacked() throws IOException, MalformedSampleException {
    ByteString singles =
        bytes(
            out -> {
              out.writeFloat(6, 0.5f);
              out.writeFloat(6, -2);
            });
    ByteString doubles =
        bytes(
            out -> {
              out.writeDouble(7, 1e-300);
              out.writeDouble(7, 3);
            });
    ByteString whole =
        bytes(
            out -> {
              out.writeInt32(2, -7);
              out.writeInt32(2, 300);
            });

    assertThat(read(WireType.FP32, singles)).containsExactly(0.5, -2);
    assertThat(read(WireType.FP64, doubles)).containsExactly(1e-300, 3);
    assertThat(read(WireType.INT32, whole)).containsExactly(-7, 300);
  }

  @Test
  void takesContentsInParts() throws IOException, MalformedSampleException {
    ByteString first = bytes(out -> out.writeFloat(6, 0.5f));
    ByteString second =
        InferTensorContents.newBuilder()
            .addFp32Contents(-2)
            .addInt64Contents(9)
            .build()
            .toByteString();

    assertThat(read(WireType.FP32, first, second)).containsExactly(0.5, -2);
  }

  /** The extremes of each type, as the library writes them, are the library's own numbers. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FP16", "BF16"})
  void readsWhatTheLibraryWrites(WireType type) throws Exception {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    switch (type) {
      case BOOL -> contents.addBoolContents(true).addBoolContents(false);
      case INT8, INT16, INT32 ->
          contents.addIntContents((int) type.min()).addIntContents((int) type.max());
      case INT64 -> contents.addInt64Contents(type.min()).addInt64Contents(type.max());
      case UINT8, UINT16, UINT32 ->
          contents.addUintContents((int) type.min()).addUintContents((int) type.max());
      case UINT64 -> contents.addUint64Contents(0).addUint64Contents(Long.MAX_VALUE);
      case FP32 -> contents.addFp32Contents(Float.MIN_VALUE).addFp32Contents(Float.MAX_VALUE);
      default -> contents.addFp64Contents(Double.MIN_VALUE).addFp64Contents(Double.MAX_VALUE);
    }
    double[] expected =
        switch (type) {
          case BOOL -> new double[] {1, 0};
          case FP32 -> new double[] {Float.MIN_VALUE, Float.MAX_VALUE};
          case FP64 -> new double[] {Double.MIN_VALUE, Double.MAX_VALUE};
          default -> new double[] {(double) type.min(), (double) type.max()};
        };
    byte[] request =
        ModelInferRequest.newBuilder()
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype(type.name())
                    .addShape(1)
                    .addShape(2)
                    .setContents(contents))
            .build()
            .toByteArray();

    assertThat(PayloadReader.AUTO.read(Payload.of(request)).get(0).inputs().get(0).values())
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1 elements; expected 2 for FP32",
    "3, 3 elements; expected 2 for FP32",
  })
  void refusesAnotherNumberOfElements(int elements, String message) throws IOException {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (int i = 0; i < elements; i++) {
      contents.addFp32Contents(i);
    }

    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> read(WireType.FP32, contents.build().toByteString()))
        .withMessageStartingWith("inputs[0]: " + message);
  }

  @Test
  void refusesWhatIsNoProtobuf() throws IOException {
    ByteString endless =
        bytes(
            out -> {
              out.writeTag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);
              out.writeUInt32NoTag(2);
              out.writeRawByte(0x80);
              out.writeRawByte(0x80);
            });
    ByteString odd = bytes(out -> out.writeBytes(6, ByteString.copyFrom(new byte[5])));

    for (ByteString part : List.of(endless, odd)) {
      assertThatExceptionOfType(MalformedSampleException.class)
          .isThrownBy(() -> read(part.equals(odd) ? WireType.FP32 : WireType.INT64, part))
          .withMessageStartingWith("inputs[0].contents: no protobuf (");
    }
  }
}
