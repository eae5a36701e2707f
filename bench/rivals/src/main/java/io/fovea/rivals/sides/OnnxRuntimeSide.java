package io.fovea.rivals.sides;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.fovea.inference.Classifier;
import io.fovea.network.Network;
import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.CallMeasurement;
import io.fovea.rivals.measure.ColdStart;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime with the weights of Fovea's network, or with a file. Inputs and outputs are native
 * memory that is used again and again. Before a network is measured, its answers must be Fovea's.
 */
public final class OnnxRuntimeSide {
  private static final double TOLERANCE = 1e-4;

  private OnnxRuntimeSide() {}

  /** Measures once. */
  public static void main(String[] arguments) {
    Side.run(
        arguments,
        settings ->
            (settings.action().readsFiles() ? file(settings) : network(settings))
                .from("ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion()));
  }

  private static Result file(MeasurementSettings settings) throws Exception {
    long began = System.nanoTime();
    try (RuntimeFile file = RuntimeFile.open(settings.data(), settings.batch())) {
      if (settings.action() == Action.COLD) {
        List<Map<String, OnnxTensor>> inputs =
            inputs(file, BenchmarkInputs.random(file.inputFloats()));
        RuntimeFile.Caller caller = file.caller();
        return ColdStart.measure(began, inputs.size(), i -> caller.run(inputs.get(i)));
      }
      return calls(settings, file, inputs(file, BenchmarkInputs.random(file.inputFloats())));
    }
  }

  private static Result network(MeasurementSettings settings) throws Exception {
    ImageSet images = ImageSet.read(settings.data(), ImageSet.Order.FIRST);
    List<float[]> batches = BenchmarkInputs.batches(images, settings.batch());
    Network network = FoveaSide.network(settings.architecture(), images);
    try (RuntimeFile file = RuntimeFile.of(network, settings.batch())) {
      List<Map<String, OnnxTensor>> inputs = inputs(file, batches);
      RuntimeFile.Caller caller = file.caller();
      double difference = 0;
      try (Classifier classifier = FoveaSide.classifier(network)) {
        for (int i = 0; i < inputs.size(); i++) {
          caller.run(inputs.get(i));
          Tensor x = Tensor.of(network.graph().input(), settings.batch(), batches.get(i));
          double found = Agreement.of(classifier.probabilities(x), TOLERANCE, caller.answers());
          difference = Math.max(difference, found);
        }
      }
      return calls(settings, file, inputs).with("difference", difference);
    }
  }

  private static List<Map<String, OnnxTensor>> inputs(RuntimeFile file, List<float[]> batches)
      throws OrtException {
    List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    for (float[] batch : batches) {
      inputs.add(file.input(batch));
    }
    return inputs;
  }

  private static Result calls(
      MeasurementSettings settings, RuntimeFile file, List<Map<String, OnnxTensor>> inputs)
      throws Exception {
    RuntimeFile.Caller caller = file.caller();
    return CallMeasurement.measure(settings, inputs.size(), i -> caller.run(inputs.get(i)));
  }
}
