import java.util.Arrays;

/**
 * Step 4: one array for all images, one for all weights, and the padding's zeros stored. A map of
 * 28 x 28 lies in the middle of a plane of 32 x 32, so nothing is outside any more. Each tap (c, u,
 * v) is one number, its offset, and the 28 outputs of every row are computed alike.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step04FlatArrays extends PlaneStep {
  @Override
  void forward() {
    for (int map = 0; map < images * FILTERS; map++) {
      for (int i = 0; i < SIDE; i++) {
        row(
            map / FILTERS * CHANNELS * PLANE + i * ROW,
            map * PLANE + START + i * ROW,
            map % FILTERS);
      }
    }
  }

  private void row(int from, int to, int o) {
    Arrays.fill(y, to, to + SIDE, b[o]);
    for (int k = 0; k < TAPS; k++) {
      float weight = w[o * TAPS + k];
      int at = from + offset[k];
      for (int j = 0; j < SIDE; j++) {
        y[to + j] += weight * x[at + j];
      }
    }
  }

  static void main() {
    report(new Step04FlatArrays(), new Step03Floats());
  }
}
