package io.fovea.rivals.sides;

import io.fovea.rivals.measure.ChannelOrder;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import io.fovea.rivals.measure.TrainingLoop;
import io.fovea.rivals.measure.TrainingMeasurement;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/** TensorFlow-Java: one graph, built once, channels last. */
public final class TensorFlowSide {
  private TensorFlowSide() {}

  /** Measures once. */
  public static void main(String[] arguments) {
    Side.run(arguments, TensorFlowSide::measure);
  }

  private static Result measure(MeasurementSettings settings) throws Exception {
    ImageSet images = ImageSet.read(settings.data(), ChannelOrder.LAST);
    ConfigProto threads =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(MeasurementSettings.THREADS)
            .setInterOpParallelismThreads(1)
            .build();
    try (Graph graph = new Graph();
        Session session = new Session(graph, threads)) {
      TensorFlowTraining training =
          TensorFlowTraining.build(graph, settings.architecture(), images);
      training.initialize(session);
      TrainingLoop loop =
          new TrainingLoop(
              new TensorFlowLearner(session, training, images, settings.batch()),
              images.size(),
              settings.batch());
      return TrainingMeasurement.measure(settings, loop)
          .from("TensorFlow " + TensorFlow.version() + " from Java");
    }
  }
}
