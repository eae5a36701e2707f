package io.fovea.rivals.sides;

import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.ImageSet;
import io.fovea.rivals.measure.MeasurementSettings;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.nn.SparseSoftmaxCrossEntropyWithLogits;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A training step as a TensorFlow graph.
 *
 * @param x the inputs to feed
 * @param y the labels to feed
 * @param loss the mean loss to fetch
 * @param updates to run in each step
 * @param initializers to run once
 */
record TensorFlowTraining(
    Placeholder<TFloat32> x,
    Placeholder<TInt32> y,
    Operand<TFloat32> loss,
    List<Op> updates,
    List<Op> initializers) {

  static TensorFlowTraining build(Graph graph, Architecture architecture, ImageSet images) {
    Ops tf = Ops.create(graph);
    Placeholder<TFloat32> x =
        tf.placeholder(
            TFloat32.class,
            Placeholder.shape(Shape.of(-1, images.height(), images.width(), images.channels())));
    Placeholder<TInt32> y = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    TensorFlowLayers layers = new TensorFlowLayers(tf);
    Operand<TFloat32> logits = TensorFlowNetworks.of(architecture, layers, x);

    SparseSoftmaxCrossEntropyWithLogits<TFloat32> entropy =
        tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, y);
    Operand<TFloat32> count = tf.dtypes.cast(tf.size(y), TFloat32.class);
    Operand<TFloat32> loss = tf.math.mean(entropy.loss(), tf.constant(0));
    Operand<TFloat32> dLogits = tf.math.div(entropy.backprop(), count);
    List<Op> updates = new ArrayList<>(layers.updates());
    updates.addAll(momentum(tf, layers, logits, dLogits, architecture.learningRate()));
    return new TensorFlowTraining(x, y, loss, updates, layers.initializers());
  }

  private static List<Op> momentum(
      Ops tf,
      TensorFlowLayers layers,
      Operand<TFloat32> logits,
      Operand<TFloat32> dLogits,
      float learningRate) {
    List<TensorFlowLayers.Parameter> parameters = layers.parameters();
    List<Operand<TFloat32>> values =
        parameters.stream().map(TensorFlowLayers.Parameter::value).toList();
    Gradients gradients =
        Gradients.create(tf.scope(), logits, values, Gradients.dx(List.of(dLogits)));
    List<Op> updates = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      TensorFlowLayers.Parameter parameter = parameters.get(i);
      Operand<TFloat32> gradient = gradients.<TFloat32>dy(i);
      if (parameter.decays()) {
        gradient =
            tf.math.add(
                gradient, tf.math.mul(parameter.value(), tf.constant(MeasurementSettings.L2)));
      }
      updates.add(
          tf.train.resourceApplyMomentum(
              parameter.handle(),
              parameter.velocity(),
              tf.constant(learningRate),
              gradient,
              tf.constant(MeasurementSettings.MOMENTUM)));
    }
    return updates;
  }

  void initialize(Session session) {
    Session.Runner runner = session.runner();
    initializers.forEach(runner::addTarget);
    runner.run().close();
  }
}
