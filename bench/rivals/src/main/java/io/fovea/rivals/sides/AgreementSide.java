package io.fovea.rivals.sides;

import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Both libraries in one process, before each is measured in its own: they must agree. */
public final class AgreementSide {
  private static final double TOLERANCE = 1e-3;

  private AgreementSide() {}

  /** Compares once. */
  public static void main(String[] arguments) {
    Side.run(arguments, AgreementSide::compare);
  }

  private static Result compare(MeasurementSettings settings) throws Exception {
    double largest = 0;
    try (Classifier classifier =
            FoveaSide.classifier(Onnx.read(settings.data(), OnnxReading.standard()).network());
        RuntimeFile file = RuntimeFile.open(settings.data(), settings.batch())) {
      RuntimeFile.Caller caller = file.caller();
      for (float[] values : BenchmarkInputs.random(file.inputFloats())) {
        caller.run(file.input(values));
        float[] theirs = caller.answers();
        int classes = theirs.length / settings.batch();
        List<Prediction> ours =
            classifier.probabilities(Tensor.of(classifier.input(), settings.batch(), values));
        for (int n = 0; n < ours.size(); n++) {
          float[] output = Arrays.copyOfRange(theirs, n * classes, (n + 1) * classes);
          largest = Math.max(largest, Agreement.difference(ours.get(n).probabilities(), output));
        }
      }
    }
    if (!(largest <= TOLERANCE)) {
      throw new IllegalStateException(
          "the answers differ by %.2g of the largest, expected at most %s"
              .formatted(largest, TOLERANCE));
    }
    return Result.of("difference", largest);
  }
}
