package io.fovea.rivals.sides;

import io.fovea.rivals.measure.Architecture;
import io.fovea.rivals.measure.MeasurementSettings;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The networks in TensorFlow's operations. */
final class TensorFlowNetworks {
  private TensorFlowNetworks() {}

  /** The logits of a network for inputs x. */
  static Operand<TFloat32> of(
      Architecture architecture, TensorFlowLayers layers, Operand<TFloat32> x) {
    return switch (architecture) {
      case TWO_LAYER -> twoLayer(layers, x);
      case POOLED -> pooled(layers, x);
      case RESNET8 -> resnet8(layers, x);
      default ->
          throw new IllegalArgumentException(
              architecture.title() + " is not built for this library; leave it out by --only");
    };
  }

  private static Operand<TFloat32> twoLayer(TensorFlowLayers layers, Operand<TFloat32> x) {
    Operand<TFloat32> y = layers.relu(layers.convolution(x, 16, 5, 1, true));
    return head(layers, layers.convolution(y, 32, 5, 1, true));
  }

  private static Operand<TFloat32> pooled(TensorFlowLayers layers, Operand<TFloat32> x) {
    Operand<TFloat32> y = layers.halved(layers.relu(layers.convolution(x, 16, 5, 1, true)));
    return head(layers, layers.halved(layers.relu(layers.convolution(y, 32, 5, 1, true))));
  }

  private static Operand<TFloat32> head(TensorFlowLayers layers, Operand<TFloat32> maps) {
    Operand<TFloat32> y = layers.relu(layers.dense(layers.flat(maps), 100));
    return layers.dense(y, MeasurementSettings.CLASSES);
  }

  private static Operand<TFloat32> resnet8(TensorFlowLayers layers, Operand<TFloat32> x) {
    Operand<TFloat32> y = layers.relu(layers.norm(layers.convolution(x, 16, 3, 1, false)));
    y = residual(layers, y, 16, 1);
    y = residual(layers, y, 32, 2);
    y = residual(layers, y, 64, 2);
    return layers.dense(layers.average(y), MeasurementSettings.CLASSES);
  }

  private static Operand<TFloat32> residual(
      TensorFlowLayers layers, Operand<TFloat32> x, int filters, int stride) {
    Operand<TFloat32> y =
        layers.relu(layers.norm(layers.convolution(x, filters, 3, stride, false)));
    y = layers.norm(layers.convolution(y, filters, 3, 1, false));
    boolean same = stride == 1 && x.shape().get(3) == filters;
    Operand<TFloat32> shortcut =
        same ? x : layers.norm(layers.convolution(x, filters, 1, stride, false));
    return layers.relu(layers.sum(y, shortcut));
  }
}
