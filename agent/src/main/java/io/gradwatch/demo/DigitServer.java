package io.gradwatch.demo;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands for the server of the demonstration's model: it answers every digit that can arrive
 * beforehand, because there are only a few.
 */
public final class DigitServer {
  private DigitServer() {}

  /**
   * Answers each digit under each shift, on the calling thread.
   *
   * @param model the TorchScript file
   * @return the logits by digit as it arrives
   */
  public static Map<Digit, List<Float>> answers(
      Path model, List<Digit> digits, List<Shift> shifts) {
    Map<Digit, List<Float>> answers = new HashMap<>();
    try (DifferentiableModel server =
        TorchScript.load(model, new DeviceSettings("cpu", 1), OutputPick.FIRST)) {
      for (Shift shift : shifts) {
        List<Digit> arriving = digits.stream().map(shift::apply).toList();
        try (ForwardPass pass =
            server.forward(arriving.stream().map(DigitServer::sample).toList())) {
          float[] outputs = pass.outputs();
          for (int n = 0; n < arriving.size(); n++) {
            List<Float> answer = new ArrayList<>();
            for (int k = 0; k < pass.columns(); k++) {
              answer.add(outputs[n * pass.columns() + k]);
            }
            answers.put(arriving.get(n), List.copyOf(answer));
          }
        }
      }
    }
    return answers;
  }

  private static InferenceSample sample(Digit digit) {
    ByteBuffer data =
        ByteBuffer.allocate(Digit.SIZE * Digit.SIZE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    digit.pixels().forEach(pixel -> data.putFloat(pixel.floatValue()));
    List<Long> shape = List.of(1L, (long) Digit.SIZE, (long) Digit.SIZE);
    Tensor image = new Tensor("image", DataType.FP32, shape, data.flip());
    return new InferenceSample(null, List.of(image), null, null);
  }
}
