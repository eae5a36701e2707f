package io.fovea.rivals.sides;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.network.Network;
import io.fovea.rivals.measure.Action;
import io.fovea.rivals.measure.CallMeasurement;
import io.fovea.rivals.measure.ChannelOrder;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.LoadMeasurement;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime with the weights of Fovea's network. Inputs and outputs are native memory that is
 * used again and again. Before anything is measured, its answers must be Fovea's.
 */
public final class OnnxRuntimeSide {
  private static final double TOLERANCE = 1e-4;

  private OnnxRuntimeSide() {}

  /** Measures once. */
  public static void main(String[] arguments) {
    Side.run(arguments, OnnxRuntimeSide::measure);
  }

  private static Result measure(MeasurementSettings settings) throws Exception {
    if (settings.action().readsFiles()) {
      return file(settings);
    }
    ImageSet images = ImageSet.read(settings.data(), ChannelOrder.FIRST);
    List<float[]> batches = BenchmarkInputs.batches(images, settings.batch());
    Network network = FoveaSide.network(settings.architecture(), images);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = options();
        OrtSession session =
            environment.createSession(OnnxModelBuilder.of(network, settings.batch()), options)) {
      List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
      long[] shape = {settings.batch(), images.channels(), images.height(), images.width()};
      for (float[] batch : batches) {
        FloatBuffer memory = memory(batch.length).put(batch).flip();
        inputs.add(
            Map.of(OnnxModelBuilder.INPUT, OnnxTensor.createTensor(environment, memory, shape)));
      }
      FloatBuffer answers = memory(settings.batch() * MeasurementSettings.CLASSES);
      Map<String, OnnxTensor> outputs =
          Map.of(
              OnnxModelBuilder.OUTPUT,
              OnnxTensor.createTensor(
                  environment,
                  answers,
                  new long[] {settings.batch(), MeasurementSettings.CLASSES}));
      double difference = 0;
      try (Classifier classifier = FoveaSide.classifier(network)) {
        for (int i = 0; i < inputs.size(); i++) {
          session.run(inputs.get(i), outputs).close();
          Tensor x = Tensor.of(network.graph().input(), settings.batch(), batches.get(i));
          difference = Math.max(difference, difference(classifier.probabilities(x), answers));
        }
      }
      Result result =
          settings.action() == Action.LOAD
              ? LoadMeasurement.measure(
                  settings, inputs.size(), caller -> caller(environment, session, inputs))
              : CallMeasurement.measure(
                  settings, inputs.size(), i -> session.run(inputs.get(i), outputs).close());
      return result.with("difference", difference).from("ONNX Runtime " + environment.getVersion());
    }
  }

  private static Result file(MeasurementSettings settings) throws Exception {
    try (RuntimeFile file = RuntimeFile.open(settings.data(), settings.batch())) {
      List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
      for (float[] values : BenchmarkInputs.random(file.inputFloats())) {
        inputs.add(file.input(values));
      }
      return CallMeasurement.measure(settings, inputs.size(), i -> file.run(inputs.get(i)))
          .from("ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion());
    }
  }

  /** The session is for all callers, the memory for answers each one's own. */
  private static CallMeasurement.Call caller(
      OrtEnvironment environment, OrtSession session, List<Map<String, OnnxTensor>> inputs)
      throws OrtException {
    Map<String, OnnxTensor> outputs =
        Map.of(
            OnnxModelBuilder.OUTPUT,
            OnnxTensor.createTensor(
                environment,
                memory(MeasurementSettings.CLASSES),
                new long[] {1, MeasurementSettings.CLASSES}));
    return i -> session.run(inputs.get(i), outputs).close();
  }

  /** All optimisations, on as many threads as everybody has. */
  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(Integer.getInteger("rivals.intra", MeasurementSettings.THREADS));
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  /** Native memory. */
  static FloatBuffer memory(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** The largest difference of two probabilities. */
  private static double difference(List<Prediction> expected, FloatBuffer answers) {
    double largest = 0;
    for (int n = 0; n < expected.size(); n++) {
      for (int k = 0; k < MeasurementSettings.CLASSES; k++) {
        double p = expected.get(n).probabilities().get(k);
        double difference = Math.abs(p - answers.get(n * MeasurementSettings.CLASSES + k));
        if (!(difference <= TOLERANCE)) {
          throw new IllegalStateException(
              "image %d, class %d: Fovea says %s, ONNX Runtime %s"
                  .formatted(n, k, p, answers.get(n * MeasurementSettings.CLASSES + k)));
        }
        largest = Math.max(largest, difference);
      }
    }
    return largest;
  }
}
