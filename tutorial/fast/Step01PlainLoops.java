import java.util.Arrays;

/** Step 1: the loops of TwoLayerCnn.java as they stand there, in double. */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
class Step01PlainLoops extends ConvStep {
  private double[][] x; // (N, 16 * 28 * 28)
  double[][] w; // (32, 16 * 5 * 5)
  double[] b; // (32)
  private double[][] y; // (N, 32 * 28 * 28)

  @Override
  void prepare(Problem problem) {
    x = problem.x;
    w = problem.w;
    b = problem.b;
    y = new double[x.length][FILTERS * SIDE * SIDE];
  }

  @Override
  void forward() {
    for (int n = 0; n < x.length; n++) {
      forward(x[n], y[n]);
    }
  }

  private static int at(int c, int i, int j) {
    return (c * SIDE + i) * SIDE + j;
  }

  /** One image. */
  void forward(double[] x, double[] y) {
    for (int o = 0; o < FILTERS; o++) {
      Arrays.fill(y, at(o, 0, 0), at(o + 1, 0, 0), b[o]);
      for (int c = 0; c < CHANNELS; c++) {
        for (int u = 0; u < KERNEL; u++) {
          for (int v = 0; v < KERNEL; v++) {
            double weight = w[o][(c * KERNEL + u) * KERNEL + v];
            for (int i = 0; i < SIDE; i++) {
              for (int j = 0; j < SIDE; j++) {
                int row = i + u - PAD;
                int column = j + v - PAD;
                if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) {
                  y[at(o, i, j)] += weight * x[at(c, row, column)];
                }
              }
            }
          }
        }
      }
    }
  }

  @Override
  double[] output(int n) {
    return y[n];
  }

  static void main() {
    report(new Step01PlainLoops(), new Step01PlainLoops());
  }
}
