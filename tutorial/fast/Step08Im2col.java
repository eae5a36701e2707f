import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 8: the other road, im2col. Every window of the image is written out as a column of a matrix,
 * 400 rows by 896 columns, and the convolution is the product (32, 400) * (400, 896), as most
 * libraries compute it. The columns are stored in panels of two vectors, in the order in which the
 * register block reads them. Each pixel is written 25 times, 1.4 MB for an image.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step08Im2col extends ConvStep {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private final int[] offset = offsets(CHANNELS); // (400)
  private final float[] columns = new float[TAPS * POSITIONS]; // (panels, 400, 2 * LANES)
  private final float[] packed = new float[FILTERS * TAPS]; // (8, 400, 4)
  private float[] x; // (N, 16, 32, 32)
  private float[] b; // (32)
  private float[] y; // (N, 32, 32, 32)
  private int images;

  @Override
  void prepare(Problem problem) {
    images = problem.x.length;
    x = inPlanes(problem.x, CHANNELS);
    Step07CacheBlocks.pack(flat(problem.w), packed, TAPS);
    b = flat(problem.b);
    y = new float[images * FILTERS * PLANE + SLACK];
  }

  @Override
  void forward() {
    for (int n = 0; n < images; n++) {
      for (int p = 0; p < POSITIONS; p += 2 * LANES) {
        for (int k = 0; k < TAPS; k++) {
          int from = n * CHANNELS * PLANE + p + offset[k];
          System.arraycopy(x, from, columns, p * TAPS + 2 * LANES * k, 2 * LANES);
        }
      }
      for (int p = 0; p < POSITIONS; p += 2 * LANES) {
        for (int o = 0; o < FILTERS; o += 4) {
          product(p * TAPS, o, (n * FILTERS + o) * PLANE + START + p);
        }
      }
    }
  }

  /** Four rows of weights by a panel of columns. */
  private void product(int panel, int o, int to) {
    FloatVector s00 = FloatVector.broadcast(SPECIES, b[o]);
    FloatVector s10 = FloatVector.broadcast(SPECIES, b[o + 1]);
    FloatVector s20 = FloatVector.broadcast(SPECIES, b[o + 2]);
    FloatVector s30 = FloatVector.broadcast(SPECIES, b[o + 3]);
    FloatVector s01 = s00;
    FloatVector s11 = s10;
    FloatVector s21 = s20;
    FloatVector s31 = s30;
    for (int k = 0; k < TAPS; k++) {
      int w = o * TAPS + 4 * k;
      FloatVector x0 = FloatVector.fromArray(SPECIES, columns, panel + 2 * LANES * k);
      FloatVector x1 = FloatVector.fromArray(SPECIES, columns, panel + 2 * LANES * k + LANES);
      FloatVector weight = FloatVector.broadcast(SPECIES, packed[w]);
      s00 = x0.fma(weight, s00);
      s01 = x1.fma(weight, s01);
      weight = FloatVector.broadcast(SPECIES, packed[w + 1]);
      s10 = x0.fma(weight, s10);
      s11 = x1.fma(weight, s11);
      weight = FloatVector.broadcast(SPECIES, packed[w + 2]);
      s20 = x0.fma(weight, s20);
      s21 = x1.fma(weight, s21);
      weight = FloatVector.broadcast(SPECIES, packed[w + 3]);
      s30 = x0.fma(weight, s30);
      s31 = x1.fma(weight, s31);
    }
    s00.intoArray(y, to);
    s01.intoArray(y, to + LANES);
    s10.intoArray(y, to + PLANE);
    s11.intoArray(y, to + PLANE + LANES);
    s20.intoArray(y, to + 2 * PLANE);
    s21.intoArray(y, to + 2 * PLANE + LANES);
    s30.intoArray(y, to + 3 * PLANE);
    s31.intoArray(y, to + 3 * PLANE + LANES);
  }

  @Override
  double[] output(int n) {
    return outOfPlanes(y, n, FILTERS);
  }

  static void main() {
    report(new Step08Im2col(), new Step07CacheBlocks());
  }
}
