/**
 * Step 10: Winograd's F(4x4, 5x5). A tile of 4 x 4 outputs takes 64 products for each channel and
 * filter instead of 400. Filters and tiles of 8 x 8 inputs are evaluated at 8 x 8 points,
 * multiplied point by point, and interpolated: U = G w G^T, V = B^T x B, y = A^T (sum over channels
 * of U * V) A + b. Channels lie innermost, so that a vector is several channels of one pixel.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step10Winograd extends ConvStep {
  private static final int OUT = 4; // outputs of a tile's side
  private static final int IN = OUT + KERNEL - 1; // inputs, and points, of a tile's side
  private static final int ACROSS = SIDE / OUT; // tiles in a row, 7
  private static final int TILES = ACROSS * ACROSS;
  static final int ROOM = (TILES + 3) / 4 * 4; // for whole blocks of four tiles
  private static final int V_POINT = ROOM * CHANNELS; // floats of a point in V
  private static final int M_POINT = ROOM * FILTERS; // floats of a point in M
  private static final WinogradMatrices MATRICES =
      new WinogradMatrices(OUT, KERNEL, 0, 1, -1, 2, -2, 0.5, -0.5);

  private final float[] filters = new float[IN * IN * CHANNELS * FILTERS]; // U, (64, 16, 32)
  private final float[] inputs = new float[IN * IN * V_POINT]; // V, (64, 52, 16)
  private final float[] products = new float[IN * IN * M_POINT]; // M, (64, 52, 32)
  private final float[] half = new float[IN * IN * FILTERS]; // between a transform's two sides
  private float[] x; // (N, 32, 32, 16), with the padding
  private float[] b; // (32)
  private float[] y; // (N, 28, 28, 32)

  @Override
  void prepare(Problem problem) {
    int images = problem.x.length;
    b = flat(problem.b);
    x = new float[images * PLANE * CHANNELS];
    y = new float[images * SIDE * SIDE * FILTERS];
    for (int k = 0; k < images * SIDE * SIDE * CHANNELS; k++) {
      int pixel = k / CHANNELS % (SIDE * SIDE);
      int n = k / (CHANNELS * SIDE * SIDE);
      int plane = n * PLANE + START + pixel / SIDE * ROW + pixel % SIDE;
      double value = problem.x[n][k % CHANNELS * SIDE * SIDE + pixel];
      x[plane * CHANNELS + k % CHANNELS] = (float) value;
    }
    float[] w = new float[KERNEL * KERNEL * FILTERS]; // of one channel, filters innermost
    int row = KERNEL * FILTERS;
    for (int c = 0; c < CHANNELS; c++) {
      for (int k = 0; k < w.length; k++) {
        w[k] = (float) problem.w[k % FILTERS][c * KERNEL * KERNEL + k / FILTERS];
      }
      transform(MATRICES.g, w, 0, row, half, 0, row, row);
      for (int p = 0; p < IN; p++) {
        int to = (p * IN * CHANNELS + c) * FILTERS;
        transform(MATRICES.g, half, p * row, FILTERS, filters, to, CHANNELS * FILTERS, FILTERS);
      }
    }
  }

  private static void transform(
      float[] matrix, float[] in, int inAt, int inStride, float[] out, int at, int stride, int n) {
    int columns = matrix.length == IN * KERNEL ? KERNEL : IN; // G or another
    WinogradMatrices.transform(matrix, columns, in, inAt, inStride, out, at, stride, n);
  }

  @Override
  void forward() {
    forward(0, y.length / (SIDE * SIDE * FILTERS));
  }

  void forward(int from, int end) {
    for (int n = from; n < end; n++) {
      for (int t = 0; t < TILES; t++) {
        evaluate(n, t);
      }
      for (int p = 0; p < IN * IN; p++) { // M: 64 matrix products (52, 16) * (16, 32)
        int to = p * M_POINT;
        WinogradMatrices.multiply(
            inputs, p * V_POINT, filters, p * CHANNELS * FILTERS, products, to);
      }
      for (int t = 0; t < TILES; t++) {
        interpolate(n, t);
      }
    }
  }

  /** V of a tile: its rows, then its columns. */
  private void evaluate(int n, int t) {
    int pixel = n * PLANE + t / ACROSS * OUT * ROW + t % ACROSS * OUT;
    int row = IN * CHANNELS;
    transform(MATRICES.bt, x, pixel * CHANNELS, ROW * CHANNELS, half, 0, row, row);
    for (int p = 0; p < IN; p++) {
      int to = p * IN * V_POINT + t * CHANNELS;
      transform(MATRICES.bt, half, p * row, CHANNELS, inputs, to, V_POINT, CHANNELS);
    }
  }

  /** y of a tile: its columns, then its rows, then the bias. */
  private void interpolate(int n, int t) {
    int row = OUT * FILTERS;
    for (int p = 0; p < IN; p++) {
      int from = p * IN * M_POINT + t * FILTERS;
      transform(MATRICES.at, products, from, M_POINT, half, p * row, FILTERS, FILTERS);
    }
    int pixel = n * SIDE * SIDE + t / ACROSS * OUT * SIDE + t % ACROSS * OUT;
    int to = pixel * FILTERS;
    transform(MATRICES.at, half, 0, row, y, to, SIDE * FILTERS, row);
    for (int i = 0; i < OUT; i++) {
      for (int k = 0; k < row; k++) {
        y[to + i * SIDE * FILTERS + k] += b[k % FILTERS];
      }
    }
  }

  @Override
  double[] output(int n) {
    double[] output = new double[FILTERS * SIDE * SIDE];
    for (int k = 0; k < output.length; k++) {
      int pixel = n * SIDE * SIDE + k % (SIDE * SIDE);
      output[k] = y[pixel * FILTERS + k / (SIDE * SIDE)];
    }
    return output;
  }

  static void main() {
    report(new Step10Winograd(), new Step07CacheBlocks());
  }
}
