package io.fovea.rivals.sides;

import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.Learner;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A training step of TensorFlow. */
final class TensorFlowLearner implements Learner {
  private final Session session;
  private final TensorFlowTraining training;
  private final ImageSet images;
  private final float[] inputs;

  TensorFlowLearner(Session session, TensorFlowTraining training, ImageSet images, int batch) {
    this.session = session;
    this.training = training;
    this.images = images;
    this.inputs = new float[batch * images.elements()];
  }

  @Override
  public double step(int[] order, int from, int count) {
    images.inputs(order, from, count, inputs);
    int[] labels = new int[count];
    for (int n = 0; n < count; n++) {
      labels[n] = images.label(order[from + n]);
    }
    Shape shape = Shape.of(count, images.height(), images.width(), images.channels());
    try (TFloat32 x =
            TFloat32.tensorOf(
                shape,
                DataBuffers.of(inputs, true, false).narrow((long) count * images.elements()));
        TInt32 y = TInt32.vectorOf(labels)) {
      Session.Runner runner =
          session.runner().feed(training.x(), x).feed(training.y(), y).fetch(training.loss());
      training.updates().forEach(runner::addTarget);
      try (Result result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }
}
