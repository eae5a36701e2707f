import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 7: packed weights and cache blocks. The four weights that a block needs at once lie side by
 * side. And all filters pass over a band of four rows before the next band is begun: what the band
 * reads of 16 maps, 16 KB, stays in the L1 cache, where a whole image, 64 KB, does not.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step07CacheBlocks extends PlaneStep {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int BAND = 4 * ROW; // positions

  private final float[] packed = new float[FILTERS * TAPS]; // (8, 400, 4)

  @Override
  void prepare(Problem problem) {
    super.prepare(problem);
    pack(w, packed, TAPS);
  }

  @Override
  void forward() {
    for (int n = 0; n < images; n++) {
      convolve(x, n * CHANNELS * PLANE, offset, packed, b, y, n * FILTERS * PLANE);
    }
  }

  /** From (filters, taps) to (filters / 4, taps, 4). */
  static void pack(float[] w, float[] packed, int taps) {
    Arrays.fill(packed, 0);
    for (int k = 0; k < w.length; k++) {
      int o = k / taps;
      packed[(o / 4 * taps + k % taps) * 4 + o % 4] = w[k];
    }
  }

  /** One image: all filters of a band, then the next band. */
  static void convolve(
      float[] x, int xAt, int[] offset, float[] packed, float[] b, float[] y, int yAt) {
    for (int band = 0; band < POSITIONS; band += BAND) {
      for (int o = 0; o < b.length; o += 4) {
        for (int p = band; p < band + BAND; p += 2 * LANES) {
          block(
              x, xAt + p, offset, packed, o * offset.length, b, o, y, yAt + o * PLANE + START + p);
        }
      }
    }
  }

  static void block(
      float[] x, int from, int[] offset, float[] w, int wAt, float[] b, int o, float[] y, int to) {
    FloatVector s00 = FloatVector.broadcast(SPECIES, b[o]);
    FloatVector s10 = FloatVector.broadcast(SPECIES, b[o + 1]);
    FloatVector s20 = FloatVector.broadcast(SPECIES, b[o + 2]);
    FloatVector s30 = FloatVector.broadcast(SPECIES, b[o + 3]);
    FloatVector s01 = s00;
    FloatVector s11 = s10;
    FloatVector s21 = s20;
    FloatVector s31 = s30;
    for (int k = 0; k < offset.length; k++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from + offset[k]);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + offset[k] + LANES);
      FloatVector weight = FloatVector.broadcast(SPECIES, w[wAt + 4 * k]);
      s00 = x0.fma(weight, s00);
      s01 = x1.fma(weight, s01);
      weight = FloatVector.broadcast(SPECIES, w[wAt + 4 * k + 1]);
      s10 = x0.fma(weight, s10);
      s11 = x1.fma(weight, s11);
      weight = FloatVector.broadcast(SPECIES, w[wAt + 4 * k + 2]);
      s20 = x0.fma(weight, s20);
      s21 = x1.fma(weight, s21);
      weight = FloatVector.broadcast(SPECIES, w[wAt + 4 * k + 3]);
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

  static void main() {
    report(new Step07CacheBlocks(), new Step06RegisterBlock());
  }
}
