import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 5: the Vector API. Neighbouring outputs are one vector, which stays in a register for all
 * 400 taps. Rows are 32 floats long, so a plane's outputs are one run of 28 * 32 positions. The
 * four behind each row's end are computed too and land in the padding; nobody reads them.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class Step05Vectors extends PlaneStep {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  @Override
  void forward() {
    for (int map = 0; map < images * FILTERS; map++) {
      for (int p = 0; p < POSITIONS; p += SPECIES.length()) {
        vector(map / FILTERS * CHANNELS * PLANE + p, map * PLANE + START + p, map % FILTERS);
      }
    }
  }

  private void vector(int from, int to, int o) {
    FloatVector sum = FloatVector.broadcast(SPECIES, b[o]);
    for (int k = 0; k < TAPS; k++) {
      FloatVector weight = FloatVector.broadcast(SPECIES, w[o * TAPS + k]);
      sum = FloatVector.fromArray(SPECIES, x, from + offset[k]).fma(weight, sum);
    }
    sum.intoArray(y, to);
  }

  static void main() {
    report(new Step05Vectors(), new Step04FlatArrays());
  }
}
