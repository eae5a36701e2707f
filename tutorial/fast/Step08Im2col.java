import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Step 8: the other road, im2col. Every window of the image is written out as a column of a matrix,
 * 400 rows by 896 columns, and the convolution is the product (32, 400) * (400, 896), as most
 * libraries compute it. The columns are stored in panels of two vectors, in the order in which step
 * 7's register block reads them. Each pixel is written 25 times, 1.4 MB for an image.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step08Im2col extends PlaneStep {
  private static final int WIDTH = 2 * FloatVector.SPECIES_PREFERRED.length(); // of a panel

  private final float[] columns = new float[TAPS * POSITIONS]; // (panels, 400, WIDTH)
  private final float[] packed = new float[FILTERS * TAPS]; // (8, 400, 4)
  private final int[] row = new int[TAPS]; // of a panel, where step 7 has the taps' offsets

  @Override
  void prepare(Problem problem) {
    super.prepare(problem);
    Step07CacheBlocks.pack(w, packed, TAPS);
    Arrays.setAll(row, k -> k * WIDTH);
  }

  @Override
  void forward() {
    for (int n = 0; n < images; n++) {
      for (int p = 0; p < POSITIONS; p += WIDTH) {
        for (int k = 0; k < TAPS; k++) {
          int from = n * CHANNELS * PLANE + p + offset[k];
          System.arraycopy(x, from, columns, p * TAPS + row[k], WIDTH);
        }
      }
      for (int p = 0; p < POSITIONS; p += WIDTH) {
        for (int o = 0; o < FILTERS; o += 4) {
          int to = (n * FILTERS + o) * PLANE + START + p;
          Step07CacheBlocks.block(columns, p * TAPS, row, packed, o * TAPS, b, o, y, to);
        }
      }
    }
  }

  static void main() {
    report(new Step08Im2col(), new Step07CacheBlocks());
  }
}
