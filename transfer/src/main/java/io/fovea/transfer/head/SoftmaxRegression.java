package io.fovea.transfer.head;

import io.fovea.dataset.Targets;
import io.fovea.kernel.KernelSet;
import io.fovea.layer.Dense;
import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.network.Graph;
import io.fovea.network.Weights;
import io.fovea.network.execution.PackedWeights;
import io.fovea.network.execution.Tape;
import io.fovea.network.execution.Workspace;
import io.fovea.parallel.Workers;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import io.fovea.train.CachedFeatures;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits a {@link LinearHead} to features, to its optimum: multinomial logistic regression with L2,
 *
 * <pre>
 * minimise  mean cross-entropy + |w|^2 / (2 C N)      over features standardised on all rows
 * </pre>
 *
 * by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1). The problem is
 * convex: there is no learning rate and no number of epochs to choose. C is the inverse strength of
 * the penalty, and N counts photos: with one view of each, C is that of scikit-learn's
 * LogisticRegression; with V views, that of scikit-learn with a sample weight of 1 / V for each
 * row, so that more views of the same photos do not weaken the penalty. The standardisation is part
 * of the resulting head.
 */
public final class SoftmaxRegression {
  private static final int MEMORY = 10;
  private static final int MOST_ITERATIONS = 300;

  /** The optimum counts as found where no element of the gradient is larger. */
  private static final double FLAT = 1e-4;

  /**
   * The least deviation by which a feature is divided, as a share of the mean deviation. A feature
   * that hardly varied in training would decide alone where a photo has another value of it: one
   * photo had a loss of 62.
   */
  private static final double LEAST_DEVIATION = 0.1;

  private static final String NODE = "head";

  private final int from;
  private final int photos;
  private final int rows;
  private final int width;
  private final int all; // features, of which width are fitted to
  private final int classes;
  private final float[] mean;
  private final float[] inverse;
  private final Tensor x;
  private final Targets targets;
  private final SoftmaxCrossEntropy loss;
  private final Workspace workspace;
  private final PackedWeights weights;
  private final Tensor dLogits;
  private final double[] theta; // logical weights, then biases

  /** A fit to those features whose numbers are in the range; the others get weights of 0. */
  public SoftmaxRegression(
      CachedFeatures data,
      FeatureRange range,
      List<Double> classWeights,
      KernelSet kernels,
      Workers workers) {
    this.from = range.from();
    this.width = range.count();
    this.all = data.width();
    this.classes = data.classes();
    this.photos = data.size();
    this.rows = data.size() * data.views();
    this.mean = new float[width];
    this.inverse = new float[width];
    this.x = standardised(data);
    int[] labels = new int[rows];
    Arrays.setAll(labels, r -> data.label(r / data.views()));
    this.targets = Targets.of(labels, rows, classes);
    this.loss = new SoftmaxCrossEntropy(0, classWeights);
    this.workspace = Workspace.of(kernels, workers);
    this.theta = new double[classes * width + classes];
    Graph graph =
        Graph.of(
            Shape.of(width),
            List.of(new Graph.Node(NODE, new Dense(classes, true), List.of(Graph.INPUT))));
    Map<String, float[]> zeros =
        Map.of(NODE + ".weight", new float[classes * width], NODE + ".bias", new float[classes]);
    this.weights = PackedWeights.of(graph, Weights.of(graph, zeros), kernels);
    this.dLogits = Tensor.zeros(Shape.of(classes), rows);
  }

  private Tensor standardised(CachedFeatures data) {
    Tensor standard = Tensor.zeros(Shape.of(width), rows);
    double[] sum = new double[width];
    double[] squares = new double[width];
    for (int r = 0; r < rows; r++) {
      for (int f = 0; f < width; f++) {
        double value = data.value(r / data.views(), r % data.views(), from + f);
        sum[f] += value;
        squares[f] += value * value;
      }
    }
    double[] deviation = new double[width];
    double deviations = 0;
    for (int f = 0; f < width; f++) {
      mean[f] = (float) (sum[f] / rows);
      double variance = squares[f] / rows - sum[f] / rows * (sum[f] / rows);
      deviation[f] = Math.sqrt(Math.max(0, variance));
      deviations += deviation[f];
    }
    double least = LEAST_DEVIATION * deviations / width;
    for (int f = 0; f < width; f++) {
      double divisor = Math.max(least, deviation[f]);
      // At most 1e-6 only if no feature varies: then all differences are 0.
      inverse[f] = divisor > 1e-6 ? (float) (1 / divisor) : 1;
    }
    for (int r = 0; r < rows; r++) {
      for (int f = 0; f < width; f++) {
        float value = data.value(r / data.views(), r % data.views(), from + f);
        standard.array()[standard.offset() + r * width + f] = (value - mean[f]) * inverse[f];
      }
    }
    return standard;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Point(double[] theta, double value, double[] gradient) {}

  /**
   * The optimum for an inverse strength, starting where the last fit ended.
   *
   * @param strength C, above 0
   */
  public LinearHead fit(double strength) {
    double l2 = 1 / (strength * photos);
    Point now = at(theta.clone(), l2);
    Deque<double[][]> pairs = new ArrayDeque<>();
    for (int i = 0; i < MOST_ITERATIONS && largest(now.gradient) > FLAT; i++) {
      Point next = search(now, direction(now.gradient, pairs), l2);
      if (next == null) {
        break;
      }
      remember(pairs, minus(next.theta, now.theta), minus(next.gradient, now.gradient));
      now = next;
    }
    System.arraycopy(now.theta, 0, theta, 0, theta.length);
    return head();
  }

  /** Two-loop recursion: the direction of descent. */
  private static double[] direction(double[] gradient, Deque<double[][]> pairs) {
    double[] q = new double[gradient.length];
    Arrays.setAll(q, i -> -gradient[i]);
    double[] alpha = new double[pairs.size()];
    double[][][] all = pairs.toArray(double[][][]::new);
    // From the newest pair to the oldest; below, back again.
    for (int p = all.length - 1; p >= 0; p--) {
      alpha[p] = dot(all[p][0], q) / dot(all[p][0], all[p][1]);
      add(q, all[p][1], -alpha[p]);
    }
    if (all.length > 0) {
      double[][] last = all[all.length - 1];
      // The newest curvature scales the first guess of the inverse Hessian (7.20).
      double scale = dot(last[0], last[1]) / dot(last[1], last[1]);
      Arrays.setAll(q, i -> q[i] * scale);
    } else {
      // No curvature is known yet: a step of at most length 1.
      double scale = 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
      Arrays.setAll(q, i -> q[i] * scale);
    }
    for (int p = 0; p < all.length; p++) {
      double beta = dot(all[p][1], q) / dot(all[p][0], all[p][1]);
      add(q, all[p][0], alpha[p] - beta);
    }
    return q;
  }

  /**
   * Halves the step until the value has fallen enough (Armijo); null where rounding hides the
   * decrease.
   */
  private @Nullable Point search(Point from, double[] direction, double l2) {
    double slope = dot(from.gradient, direction);
    for (double step = 1; step > 1e-6; step /= 2) {
      double[] there = from.theta.clone();
      add(there, direction, step);
      Point next = at(there, l2);
      if (next.value < from.value + 1e-4 * step * slope) {
        return next;
      }
    }
    return null;
  }

  private static void remember(Deque<double[][]> pairs, double[] s, double[] y) {
    // The update needs positive curvature; less than that is rounding.
    if (dot(s, y) > 1e-12) {
      pairs.addLast(new double[][] {s, y});
      if (pairs.size() > MEMORY) {
        pairs.removeFirst();
      }
    }
  }

  private Point at(double[] there, double l2) {
    for (PackedWeights.Entry entry : weights.entries()) {
      boolean isWeight = entry.name().endsWith(".weight");
      float[] logical = new float[isWeight ? classes * width : classes];
      int from = isWeight ? 0 : classes * width;
      for (int i = 0; i < logical.length; i++) {
        logical[i] = (float) there[from + i];
      }
      float[] packed = entry.packed(logical);
      System.arraycopy(packed, 0, entry.stored(), 0, packed.length);
    }
    // A dense layer draws no random numbers: any key will do.
    workspace.beginTraining(RandomKey.of(0));
    Tape tape = Tape.forward(weights, workspace, x);
    double value = loss.value(dLogits, tape.output(), targets);
    tape.backward(dLogits);
    double[] gradient = new double[theta.length];
    for (PackedWeights.Entry entry : weights.entries()) {
      boolean isWeight = entry.name().endsWith(".weight");
      float[] own = workspace.node(NODE).gradient(isWeight ? "weight" : "bias");
      float[] logical = entry.logical(own);
      int from = isWeight ? 0 : classes * width;
      for (int i = 0; i < logical.length; i++) {
        gradient[from + i] = logical[i];
      }
    }
    double penalty = 0;
    for (int i = 0; i < classes * width; i++) {
      penalty += there[i] * there[i];
      gradient[i] += l2 * there[i];
    }
    return new Point(there, value + l2 / 2 * penalty, gradient);
  }

  /** The head with the standardisation folded into weights and biases. */
  private LinearHead head() {
    float[] w = new float[classes * all];
    float[] b = new float[classes];
    for (int k = 0; k < classes; k++) {
      // w / s * (x - m) + b = (w / s) * x + (b - sum of w / s * m).
      double shift = theta[classes * width + k];
      for (int f = 0; f < width; f++) {
        double scaled = theta[k * width + f] * inverse[f];
        w[k * all + from + f] = (float) scaled;
        shift -= scaled * mean[f];
      }
      b[k] = (float) shift;
    }
    return new LinearHead(w, b);
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double[] what, double times) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * what[i];
    }
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, b, -1);
    return difference;
  }
}
