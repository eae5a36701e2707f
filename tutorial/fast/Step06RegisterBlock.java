import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 6: a register block. Four filters by two vectors of positions are eight sums, all in
 * registers. Each loaded vector of x serves four filters, each weight two vectors: 6 loads for 8
 * multiply-adds instead of 16. And eight sums need not wait for each other.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step06RegisterBlock extends PlaneStep {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  @Override
  void forward() {
    for (int n = 0; n < images; n++) {
      for (int o = 0; o < FILTERS; o += 4) {
        for (int p = 0; p < POSITIONS; p += 2 * LANES) {
          block(n * CHANNELS * PLANE + p, (n * FILTERS + o) * PLANE + START + p, o);
        }
      }
    }
  }

  private void block(int from, int to, int o) {
    FloatVector s00 = FloatVector.broadcast(SPECIES, b[o]);
    FloatVector s10 = FloatVector.broadcast(SPECIES, b[o + 1]);
    FloatVector s20 = FloatVector.broadcast(SPECIES, b[o + 2]);
    FloatVector s30 = FloatVector.broadcast(SPECIES, b[o + 3]);
    FloatVector s01 = s00;
    FloatVector s11 = s10;
    FloatVector s21 = s20;
    FloatVector s31 = s30;
    for (int k = 0; k < TAPS; k++) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from + offset[k]);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + offset[k] + LANES);
      FloatVector weight = FloatVector.broadcast(SPECIES, w[o * TAPS + k]);
      s00 = x0.fma(weight, s00);
      s01 = x1.fma(weight, s01);
      weight = FloatVector.broadcast(SPECIES, w[(o + 1) * TAPS + k]);
      s10 = x0.fma(weight, s10);
      s11 = x1.fma(weight, s11);
      weight = FloatVector.broadcast(SPECIES, w[(o + 2) * TAPS + k]);
      s20 = x0.fma(weight, s20);
      s21 = x1.fma(weight, s21);
      weight = FloatVector.broadcast(SPECIES, w[(o + 3) * TAPS + k]);
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
    report(new Step06RegisterBlock(), new Step05Vectors());
  }
}
