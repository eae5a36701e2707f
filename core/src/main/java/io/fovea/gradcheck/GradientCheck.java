package io.fovea.gradcheck;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.reference.FloatDouble;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.PRelu;
import io.fovea.layer.Softmax;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Checks the gradients of a network, layer by layer. For random inputs x, weights w and a random r,
 * the probe loss is sum(r * y). Two comparisons, each as the relative L2 error |a - b| / |b| of one
 * tensor:
 *
 * <ul>
 *   <li>numeric against reference: (loss(v + e) - loss(v - e)) / 2e for elements v of x and w, in
 *       double, against the reference kernels' backward pass. Most layers are linear in each
 *       argument, so e may be large; inputs of rectifiers, ELU and max pooling stay away from the
 *       kinks. Batch normalisation is checked in training mode, through the batch's own moments.
 *   <li>fast against reference: the chosen kernels' float gradients against the reference's in
 *       double, for the complete tensor.
 * </ul>
 *
 * Large tensors are sampled in the numeric comparison, because each element costs two forward
 * passes.
 */
public final class GradientCheck {
  /** The largest numeric error that passes. */
  public static final double NUMERIC_LIMIT = 1e-7;

  /** The largest error of the fast kernels that passes. */
  public static final double FAST_LIMIT = 1e-5;

  /**
   * One tensor of one layer.
   *
   * @param node the node's name, or "loss"
   * @param type the kind of layer
   * @param tensor "y", "dx", "dweight" ...
   * @param checked elements compared numerically; 0 for y, which has no numeric comparison
   * @param elements elements of the tensor
   * @param numeric relative L2 error, numeric against reference
   * @param fast relative L2 error, fast kernels against reference
   */
  public record Row(
      String node,
      String type,
      String tensor,
      int checked,
      int elements,
      double numeric,
      double fast) {
    /** True if both errors are below their limits. */
    public boolean passes() {
      return numeric < NUMERIC_LIMIT && fast < FAST_LIMIT;
    }
  }

  private GradientCheck() {}

  /**
   * Checks every layer of a graph and the loss.
   *
   * @param kernels the kernels to compare with the reference
   * @param listener receives each row when it is done
   */
  public static List<Row> run(
      Graph graph, KernelSet kernels, int threads, long seed, Consumer<Row> listener) {
    List<Row> rows = new ArrayList<>();
    try (Workers workers = Workers.of(threads)) {
      for (Graph.Node node : graph.nodes()) {
        RandomKey key = RandomKey.of(seed).with("gradient check").with(node.name());
        GradientCheckCase checked = new GradientCheckCase(node, graph.inputShapes(node), key);
        List<Row> own =
            node.layer() instanceof Layer.Custom ? List.of() : rows(checked, kernels, workers);
        own.forEach(listener);
        rows.addAll(own);
      }
    }
    Row loss = loss(graph.output(), RandomKey.of(seed).with("loss"));
    listener.accept(loss);
    rows.add(loss);
    return rows;
  }

  private static List<Row> rows(GradientCheckCase checked, KernelSet kernels, Workers workers) {
    GradientCheckCase.Gradients reference = checked.reference();
    GradientCheckCase.Gradients fast = checked.fast(kernels, workers);
    List<Row> rows = new ArrayList<>();
    Graph.Node node = checked.node();
    String type = node.layer().type();
    rows.add(
        new Row(
            node.name(), type, "y", 0, reference.y().length, 0, error(fast.y(), reference.y())));
    for (Map.Entry<String, double[]> entry : reference.gradients().entrySet()) {
      String tensor = entry.getKey();
      double[] expected = entry.getValue();
      int[] sample = checked.sample(expected.length, tensor);
      double[] numeric = checked.numeric(tensor, sample, epsilon(node.layer()));
      double[] there = Arrays.stream(sample).mapToDouble(i -> expected[i]).toArray();
      rows.add(
          new Row(
              node.name(),
              type,
              tensor,
              sample.length,
              expected.length,
              error(numeric, there),
              error(Objects.requireNonNull(fast.gradients().get(tensor)), expected)));
    }
    return rows;
  }

  /**
   * The step e: large where the layer is linear in each argument, small near kinks; for curved
   * functions a compromise between curvature and rounding.
   */
  private static double epsilon(Layer layer) {
    return switch (layer) {
      case LayerNorm2d _ -> 1e-5;
      case ActivationLayer _, Softmax _ -> 1e-4;
      case BatchNorm2d _, LayerNorm _, LocalResponseNorm _, GroupNorm _ -> 1e-4;
      case PRelu _, MaxPool2d _, GlobalMaxPool2d _ -> 1e-3;
      default -> 1;
    };
  }

  private static Row loss(Shape logits, RandomKey key) {
    int classes = logits.elements();
    int count = 4;
    float[] z = new float[count * classes];
    int[] labels = new int[count];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) (3 * key.normal(i));
    }
    for (int n = 0; n < count; n++) {
      labels[n] = key.with("label").below(classes, n);
    }
    Tensor x = Tensor.on(z, 0, Shape.of(classes), count);
    Tensor dx = Tensor.zeros(Shape.of(classes), count);
    SoftmaxCrossEntropy.plain().value(dx, x, labels);
    double[] reference = new double[z.length];
    double[] numeric = new double[z.length];
    double e = 1e-5;
    for (int n = 0; n < count; n++) {
      double[] row = new double[classes];
      for (int k = 0; k < classes; k++) {
        row[k] = z[n * classes + k];
      }
      double[] shares = new double[classes];
      shares[labels[n]] = 1;
      double[] ignored = new double[classes];
      ToDoubleFunction<double[]> loss =
          values -> SoftmaxCrossEntropy.plain().image(ignored, values, shares) / count;
      double[] dz = new double[classes];
      SoftmaxCrossEntropy.plain().image(dz, row, shares);
      for (int k = 0; k < classes; k++) {
        double[] up = row.clone();
        double[] down = row.clone();
        up[k] += e;
        down[k] -= e;
        reference[n * classes + k] = dz[k] / count;
        numeric[n * classes + k] = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / (2 * e);
      }
    }
    return new Row(
        "loss",
        "softmax_cross_entropy",
        "dx",
        z.length,
        z.length,
        error(numeric, reference),
        error(FloatDouble.widen(dx.array()), reference));
  }

  /** |a - b| / |b|; |a| where b is zero. */
  static double error(double[] a, double[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < b.length; i++) {
      difference += (a[i] - b[i]) * (a[i] - b[i]);
      size += b[i] * b[i];
    }
    return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
  }
}
