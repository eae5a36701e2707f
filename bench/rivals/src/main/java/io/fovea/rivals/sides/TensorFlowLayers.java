package io.fovea.rivals.sides;

import io.fovea.random.RandomKey;
import io.fovea.rivals.measure.MeasurementSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Layers that bring their variables, in TensorFlow's operations. */
final class TensorFlowLayers {
  /** A trainable variable, its value in this step, and its momentum. */
  record Parameter(
      Operand<?> handle, Operand<?> velocity, Operand<TFloat32> value, boolean decays) {}

  /** What normalisation keeps for inference: x = 0.9 x + 0.1 of the batch's. */
  private static final float RENEWAL = 0.1f;

  private final Ops tf;
  private final RandomKey key = RandomKey.of(MeasurementSettings.SEED).with("TensorFlow weights");
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Op> initializers = new ArrayList<>();
  private final List<Op> updates = new ArrayList<>();

  TensorFlowLayers(Ops tf) {
    this.tf = tf;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<Op> initializers() {
    return initializers;
  }

  /** Of running statistics. */
  List<Op> updates() {
    return updates;
  }

  /**
   * A convolution that keeps the size, or halves it at stride 2. There TensorFlow's SAME begins a
   * pixel later than PyTorch's padding of 1: another network of exactly the same work.
   */
  Operand<TFloat32> convolution(
      Operand<TFloat32> x, int filters, int kernel, int stride, boolean bias) {
    long channels = x.shape().get(3);
    Operand<TFloat32> w =
        weight((long) kernel * kernel * channels, Shape.of(kernel, kernel, channels, filters));
    Operand<TFloat32> y = tf.nn.conv2d(x, w, List.of(1L, (long) stride, (long) stride, 1L), "SAME");
    return bias ? tf.nn.biasAdd(y, constant(0, filters)) : y;
  }

  Operand<TFloat32> relu(Operand<TFloat32> x) {
    return tf.nn.relu(x);
  }

  Operand<TFloat32> halved(Operand<TFloat32> x) {
    Operand<TInt32> window = tf.constant(new int[] {1, 2, 2, 1});
    return tf.nn.maxPool(x, window, window, "VALID");
  }

  Operand<TFloat32> flat(Operand<TFloat32> x) {
    int elements = (int) (x.shape().get(1) * x.shape().get(2) * x.shape().get(3));
    return tf.reshape(x, tf.constant(new int[] {-1, elements}));
  }

  Operand<TFloat32> dense(Operand<TFloat32> x, int outputs) {
    long inputs = x.shape().get(1);
    Operand<TFloat32> w = weight(inputs, Shape.of(inputs, outputs));
    return tf.nn.biasAdd(tf.linalg.matMul(x, w), constant(0, outputs));
  }

  Operand<TFloat32> average(Operand<TFloat32> x) {
    return tf.math.mean(x, tf.constant(new int[] {1, 2}));
  }

  Operand<TFloat32> sum(Operand<TFloat32> a, Operand<TFloat32> b) {
    return tf.math.add(a, b);
  }

  /** Batch normalisation by the batch's own statistics, which also renew the running ones. */
  Operand<TFloat32> norm(Operand<TFloat32> x) {
    long channels = x.shape().get(3);
    Operand<TFloat32> scale = constant(1, channels);
    Operand<TFloat32> offset = constant(0, channels);
    Operand<TFloat32> empty = tf.constant(new float[0]);
    FusedBatchNorm<TFloat32, TFloat32> normed =
        tf.nn.fusedBatchNorm(
            x,
            scale,
            offset,
            empty,
            empty,
            FusedBatchNorm.epsilon(1e-5f),
            FusedBatchNorm.isTraining(true));
    follow(normed.batchMean(), 0, channels);
    follow(normed.batchVariance(), 1, channels);
    return normed.y();
  }

  private void follow(Operand<TFloat32> now, float initial, long channels) {
    Shape shape = Shape.of(channels);
    Operand<?> running = variable(filled(initial, shape), shape);
    Operand<TFloat32> before = tf.readVariableOp(running, TFloat32.class);
    Operand<TFloat32> step = tf.math.mul(tf.math.sub(before, now), tf.constant(RENEWAL));
    updates.add(tf.assignSubVariableOp(running, step));
  }

  /** He's initial values: normal, variance 2 / fan-in. */
  private Operand<TFloat32> weight(long fanIn, Shape shape) {
    RandomKey own = key.with(parameters.size());
    double deviation = Math.sqrt(2.0 / fanIn);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * own.normal(i));
    }
    return parameter(values, shape, true);
  }

  private Operand<TFloat32> constant(float value, long size) {
    Shape shape = Shape.of(size);
    return parameter(filled(value, shape), shape, false);
  }

  private Operand<TFloat32> parameter(float[] initial, Shape shape, boolean decays) {
    Operand<?> handle = variable(initial, shape);
    Operand<?> velocity = variable(filled(0, shape), shape);
    Operand<TFloat32> value = tf.readVariableOp(handle, TFloat32.class);
    parameters.add(new Parameter(handle, velocity, value, decays));
    return value;
  }

  private static float[] filled(float value, Shape shape) {
    float[] values = new float[(int) shape.size()];
    Arrays.fill(values, value);
    return values;
  }

  private Operand<?> variable(float[] initial, Shape shape) {
    // Without a name of its own every handle would mean the same variable.
    String name = "variable" + initializers.size();
    Operand<?> handle = tf.varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
    initializers.add(
        tf.assignVariableOp(handle, tf.constant(shape, DataBuffers.of(initial, true, false))));
    return handle;
  }
}
