import java.util.Arrays;

/**
 * Step 2: another loop order, o i c u v j. An output row of 28 numbers stays close at hand while
 * all 400 taps are added to it. The row is checked outside the innermost loop; the column's check
 * becomes that loop's bounds.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step02LoopOrder extends Step01PlainLoops {
  @Override
  void forward(double[] x, double[] y) {
    for (int o = 0; o < FILTERS; o++) {
      for (int i = 0; i < SIDE; i++) {
        row(x, y, o, i);
      }
    }
  }

  private void row(double[] x, double[] y, int o, int i) {
    int to = (o * SIDE + i) * SIDE;
    Arrays.fill(y, to, to + SIDE, b[o]);
    for (int c = 0; c < CHANNELS; c++) {
      for (int u = Math.max(0, PAD - i); u < Math.min(KERNEL, SIDE + PAD - i); u++) {
        for (int v = 0; v < KERNEL; v++) {
          double weight = w[o][(c * KERNEL + u) * KERNEL + v];
          int from = (c * SIDE + i + u - PAD) * SIDE + v - PAD;
          int end = Math.min(SIDE, SIDE + PAD - v);
          for (int j = Math.max(0, PAD - v); j < end; j++) {
            y[to + j] += weight * x[from + j];
          }
        }
      }
    }
  }

  static void main() {
    report(new Step02LoopOrder(), new Step01PlainLoops());
  }
}
