import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Step 12: a whole training step of the tutorial's network, forward, backward and update, from the
 * pieces of steps 4 to 7, on one thread. All maps lie in planes; behind each convolution the
 * padding is cleared again. dx is a convolution of dy, too, with the filters turned round.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step12WholeStep {
  static final int BATCH = 16;
  static final int CLASSES = 10;
  private static final int HIDDEN = 100;
  private static final int FLAT = ConvStep.FILTERS * ConvStep.SIDE * ConvStep.SIDE; // 25088

  final PlaneConv conv1 = new PlaneConv(1, ConvStep.CHANNELS);
  final PlaneConv conv2 = new PlaneConv(ConvStep.CHANNELS, ConvStep.FILTERS);
  final DenseLayer dense1 = new DenseLayer(FLAT, HIDDEN);
  final DenseLayer dense2 = new DenseLayer(HIDDEN, CLASSES);

  private final float[] x2 = new float[BATCH * ConvStep.CHANNELS * ConvStep.PLANE + ConvStep.SLACK];
  private final float[] dx2 = new float[x2.length];
  private final float[] map3 =
      new float[BATCH * ConvStep.FILTERS * ConvStep.PLANE + ConvStep.SLACK];
  private final float[] x3 = new float[BATCH * FLAT]; // the same without padding
  private final float[] dx3 = new float[x3.length];
  private final float[] x4 = new float[BATCH * HIDDEN];
  private final float[] dx4 = new float[x4.length];
  private final float[] z = new float[BATCH * CLASSES];

  /**
   * Adds the gradients of a batch to the parameters' and returns the mean loss, without L2.
   *
   * @param x1 the images in planes, (16, 1, 32, 32) and the slack
   * @param t the labels, (16)
   */
  double lossAndGradients(float[] x1, int[] t) {
    conv1.forward(x1, x2, BATCH);
    relu(x2);
    conv2.forward(x2, map3, BATCH);
    copyMaps(map3, x3, true);
    dense1.forward(x3, x4, BATCH);
    relu(x4);
    dense2.forward(x4, z, BATCH);
    double loss = 0;
    for (int n = 0; n < BATCH; n++) {
      loss += lossAndGradient(n * CLASSES, t[n]) / BATCH; // z becomes dz
    }
    dense2.backward(z, x4, dx4, BATCH);
    reluBackward(dx4, x4);
    dense1.backward(dx4, x3, dx3, BATCH);
    copyMaps(map3, dx3, false);
    conv2.backwardWeights(map3, x2, BATCH);
    conv2.backwardInput(map3, dx2, BATCH);
    reluBackward(dx2, x2);
    conv1.backwardWeights(dx2, x1, BATCH);
    return loss;
  }

  /** Between planes and rows without padding; whatever a vector left in the padding stays there. */
  private static void copyMaps(float[] planes, float[] rows, boolean toRows) {
    for (int row = 0; row < rows.length / ConvStep.SIDE; row++) {
      int map = row / ConvStep.SIDE;
      int at = map * ConvStep.PLANE + ConvStep.START + row % ConvStep.SIDE * ConvStep.ROW;
      if (toRows) {
        System.arraycopy(planes, at, rows, row * ConvStep.SIDE, ConvStep.SIDE);
      } else {
        System.arraycopy(rows, row * ConvStep.SIDE, planes, at, ConvStep.SIDE);
      }
    }
  }

  private static void relu(float[] x) {
    for (int k = 0; k < x.length; k++) {
      x[k] = Math.max(0, x[k]);
    }
  }

  private static void reluBackward(float[] dx, float[] y) {
    for (int k = 0; k < dx.length; k++) {
      dx[k] = y[k] > 0 ? dx[k] : 0;
    }
  }

  /** -ln p[t]; z from an index on becomes dz = (p - 1 at t) / N. */
  private double lossAndGradient(int from, int t) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int o = 0; o < CLASSES; o++) {
      largest = Math.max(largest, z[from + o]);
    }
    double sum = 0;
    for (int o = 0; o < CLASSES; o++) {
      sum += Math.exp(z[from + o] - largest);
    }
    double loss = largest + Math.log(sum) - z[from + t];
    for (int o = 0; o < CLASSES; o++) {
      double p = Math.exp(z[from + o] - largest) / sum;
      z[from + o] = (float) ((p - (o == t ? 1 : 0)) / BATCH);
    }
    return loss;
  }

  void update() {
    for (Parameter w : List.of(conv1.w, conv2.w, dense1.w, dense2.w)) {
      w.update(0.01f, 0.9f, 1e-4f);
    }
    for (Parameter b : List.of(conv1.b, conv2.b, dense1.b, dense2.b)) {
      b.update(0.01f, 0.9f, 0);
    }
  }

  static void main() {
    Random random = new Random(1);
    Step12WholeStep step = new Step12WholeStep();
    step.conv1.w.randomize(random, ConvStep.KERNEL * ConvStep.KERNEL);
    step.conv2.w.randomize(random, ConvStep.TAPS);
    step.dense1.w.randomize(random, FLAT);
    step.dense2.w.randomize(random, HIDDEN);
    double[][] x = new double[BATCH][ConvStep.SIDE * ConvStep.SIDE];
    for (double[] image : x) {
      Arrays.setAll(image, k -> Math.max(0, random.nextDouble() - 0.8) * 5); // a fifth is ink
    }
    float[] planes = ConvStep.inPlanes(x, 1);
    int[] t = random.ints(BATCH, 0, CLASSES).toArray();
    double seconds =
        ConvStep.seconds(
            () -> {
              step.lossAndGradients(planes, t);
              step.update();
            });
    System.out.printf(
        Locale.ROOT, "%.3f ms an image, %.0f images/s%n", 1e3 * seconds / BATCH, BATCH / seconds);
  }
}
