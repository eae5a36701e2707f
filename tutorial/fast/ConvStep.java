import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * What the steps share: the problem, the clock and the comparison. The problem is the forward pass
 * of the tutorial's second convolution, for a batch of images:
 *
 * <p>y[o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[c,i+u-2,j+v-2]; outside, x is 0. Shapes: x
 * (N, 16, 28, 28), w (32, 16, 5, 5), b (32), y (N, 32, 28, 28).
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
abstract class ConvStep {
  static final int IMAGES = 4;
  static final int CHANNELS = 16;
  static final int FILTERS = 32;
  static final int SIDE = 28;
  static final int KERNEL = 5;
  static final int PAD = 2;
  static final int TAPS = CHANNELS * KERNEL * KERNEL; // weights of a filter
  private static final double FLOP = 2.0 * FILTERS * TAPS * SIDE * SIDE; // for an image

  // From step 4 on, a map lies in the middle of a plane of zeros.
  static final int ROW = SIDE + 2 * PAD; // floats in a row of a plane
  static final int PLANE = ROW * ROW;
  static final int START = PAD * ROW + PAD; // of the map in its plane
  static final int POSITIONS = SIDE * ROW; // from the first output to the last row's end
  static final int SLACK = 64; // floats behind the last plane that a vector may read

  /** Images, weights and biases: doubles that are floats, so that no step loses any of them. */
  static final class Problem {
    final double[][] x; // (N, 16 * 28 * 28), a half of it zero, as behind a ReLU
    final double[][] w; // (32, 16 * 5 * 5), He's deviation
    final double[] b; // (32)

    Problem(int images, long seed) {
      Random random = new Random(seed);
      x = new double[images][CHANNELS * SIDE * SIDE];
      w = new double[FILTERS][TAPS];
      b = new double[FILTERS];
      for (double[] image : x) {
        Arrays.setAll(image, k -> (float) Math.max(0, random.nextGaussian()));
      }
      for (double[] filter : w) {
        Arrays.setAll(filter, k -> (float) (Math.sqrt(2.0 / TAPS) * random.nextGaussian()));
      }
      Arrays.setAll(b, o -> (float) random.nextGaussian());
    }
  }

  /** Takes the problem over in the step's own arrays. The clock does not run. */
  abstract void prepare(Problem problem);

  /** Computes y of all images. */
  abstract void forward();

  /** y of an image, (32 * 28 * 28), whatever the step's own arrays are. */
  abstract double[] output(int n);

  /** The largest |y - y'| of two steps for the same problem. */
  static double difference(ConvStep step, ConvStep before, Problem problem) {
    double largest = 0;
    step.prepare(problem);
    before.prepare(problem);
    step.forward();
    before.forward();
    for (int n = 0; n < problem.x.length; n++) {
      double[] a = step.output(n);
      double[] b = before.output(n);
      for (int k = 0; k < a.length; k++) {
        largest = Math.max(largest, Math.abs(a[k] - b[k]));
      }
    }
    return largest;
  }

  /** Measures a step, compares it with the one before it, and prints both. */
  static void report(ConvStep step, ConvStep before) {
    Problem problem = new Problem(IMAGES, 1);
    step.prepare(problem);
    double seconds = seconds(step::forward) / IMAGES;
    System.out.printf(
        Locale.ROOT,
        "%.3f ms an image, %.1f GFLOP/s, largest difference from the step before %.1e%n",
        1e3 * seconds,
        FLOP / seconds * 1e-9,
        difference(step, before, problem));
  }

  /**
   * The fastest run of three seconds, in which the JVM also compiles what runs; the property
   * seconds gives a busy machine more.
   */
  static double seconds(Runnable run) {
    double limit = 1e9 * Double.parseDouble(System.getProperty("seconds", "3"));
    double fastest = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    for (long now = begin; now - begin < limit; ) {
      long before = now;
      run.run();
      now = System.nanoTime();
      fastest = Math.min(fastest, 1e-9 * (now - before));
    }
    return fastest;
  }

  /** Maps as floats, each in the middle of a plane of zeros: (N, maps, 32, 32), and the slack. */
  static float[] inPlanes(double[][] x, int maps) {
    float[] planes = new float[x.length * maps * PLANE + SLACK];
    for (int n = 0; n < x.length; n++) {
      for (int k = 0; k < maps * SIDE * SIDE; k++) {
        int map = n * maps + k / (SIDE * SIDE);
        planes[map * PLANE + START + k / SIDE % SIDE * ROW + k % SIDE] = (float) x[n][k];
      }
    }
    return planes;
  }

  /** The way back: an image's maps (maps * 28 * 28) out of their planes. */
  static double[] outOfPlanes(float[] planes, int n, int maps) {
    double[] x = new double[maps * SIDE * SIDE];
    for (int k = 0; k < x.length; k++) {
      int map = n * maps + k / (SIDE * SIDE);
      x[k] = planes[map * PLANE + START + k / SIDE % SIDE * ROW + k % SIDE];
    }
    return x;
  }

  /** How far behind output position p the input of tap (c, u, v) lies: one number a tap. */
  static int[] offsets(int channels) {
    int[] offset = new int[channels * KERNEL * KERNEL];
    for (int k = 0; k < offset.length; k++) {
      int c = k / (KERNEL * KERNEL);
      offset[k] = c * PLANE + k / KERNEL % KERNEL * ROW + k % KERNEL;
    }
    return offset;
  }

  /** All rows of an array of arrays, as floats, one behind the other. */
  static float[] flat(double[]... rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = (float) rows[k / rows[0].length][k % rows[0].length];
    }
    return flat;
  }
}
