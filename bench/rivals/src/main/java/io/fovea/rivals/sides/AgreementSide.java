package io.fovea.rivals.sides;

import io.fovea.format.onnx.Onnx;
import io.fovea.format.onnx.OnnxReading;
import io.fovea.inference.Classifier;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.tensor.Tensor;

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
        Tensor x = Tensor.of(classifier.input(), settings.batch(), values);
        double found = Agreement.of(classifier.probabilities(x), TOLERANCE, caller.answers());
        largest = Math.max(largest, found);
      }
    }
    return Result.of("difference", largest);
  }
}
