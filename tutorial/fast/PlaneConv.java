import static java.util.Arrays.fill;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 12's convolution, 5 x 5 with padding 2, forward and backward. All maps are 28 x 28 in the
 * middle of planes of 32 x 32, as in step 4.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class PlaneConv {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PLANE = ConvStep.PLANE;
  private static final int WINDOW = ConvStep.KERNEL * ConvStep.KERNEL;

  final Parameter w; // (filters, channels, 5, 5)
  final Parameter b; // (filters)
  private final int channels;
  private final int filters;
  private final int[] offset; // of the taps of a filter
  private final int[] turnedOffset; // of the taps of a filter of dx
  private final float[] packed;
  private final float[] turned; // (channels, filters, 5, 5), each window turned by half a circle
  private final float[] noBias;

  PlaneConv(int channels, int filters) {
    this.channels = channels;
    this.filters = filters;
    w = new Parameter(filters * channels * WINDOW);
    b = new Parameter(filters);
    offset = ConvStep.offsets(channels);
    turnedOffset = ConvStep.offsets(filters);
    packed = new float[w.value.length];
    turned = new float[w.value.length];
    noBias = new float[channels];
  }

  /** y of all images, by step 7. */
  void forward(float[] x, float[] y, int images) {
    Step07CacheBlocks.pack(w.value, packed, offset.length);
    for (int n = 0; n < images; n++) {
      int to = n * filters * PLANE;
      Step07CacheBlocks.convolve(x, n * channels * PLANE, offset, packed, b.value, y, to);
    }
    clearPadding(y, images * filters);
  }

  /** dx[c] = sum over o of dy[o] convolved with the turned w[o,c]: again step 7. */
  void backwardInput(float[] dy, float[] dx, int images) {
    for (int k = 0; k < turned.length; k++) {
      int o = k / WINDOW / channels;
      int c = k / WINDOW % channels;
      turned[(c * filters + o) * WINDOW + WINDOW - 1 - k % WINDOW] = w.value[k];
    }
    Step07CacheBlocks.pack(turned, packed, turnedOffset.length);
    for (int n = 0; n < images; n++) {
      int to = n * channels * PLANE;
      Step07CacheBlocks.convolve(dy, n * filters * PLANE, turnedOffset, packed, noBias, dx, to);
    }
    clearPadding(dx, images * channels);
  }

  /** Vectors wrote four floats behind each row's end: zeros again. */
  private static void clearPadding(float[] planes, int maps) {
    for (int row = 0; row < maps * ConvStep.SIDE; row++) {
      int map = row / ConvStep.SIDE;
      int end = map * PLANE + ConvStep.START + row % ConvStep.SIDE * ConvStep.ROW + ConvStep.SIDE;
      fill(planes, end, end + 2 * ConvStep.PAD, 0);
    }
  }

  /** dw[o,k] += sum over n,p of dy[n,o,p] * x[n,p+offset[k]]; db[o] += sum of dy[n,o,p]. */
  void backwardWeights(float[] dy, float[] x, int images) {
    for (int o = 0; o < filters; o += 2) {
      for (int k = 0; k < offset.length; k += ConvStep.KERNEL) {
        block(dy, x, images, o, k);
      }
    }
    for (int map = 0; map < images * filters; map++) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int p = 0; p < ConvStep.POSITIONS; p += LANES) {
        sum = sum.add(FloatVector.fromArray(SPECIES, dy, map * PLANE + ConvStep.START + p));
      }
      b.gradient[map % filters] += sum.reduceLanes(VectorOperators.ADD);
    }
  }

  /** Two filters by the five taps of a kernel row. */
  private void block(float[] dy, float[] x, int images, int o, int k) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s04 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s14 = s00;
    int vectors = ConvStep.POSITIONS / LANES;
    for (int step = 0; step < images * vectors; step++) {
      int n = step / vectors;
      int p = step % vectors * LANES;
      int y = (n * filters + o) * PLANE + ConvStep.START + p;
      int at = n * channels * PLANE + offset[k] + p;
      FloatVector y0 = FloatVector.fromArray(SPECIES, dy, y);
      FloatVector y1 = FloatVector.fromArray(SPECIES, dy, y + PLANE);
      FloatVector input = FloatVector.fromArray(SPECIES, x, at);
      s00 = y0.fma(input, s00);
      s10 = y1.fma(input, s10);
      input = FloatVector.fromArray(SPECIES, x, at + 1);
      s01 = y0.fma(input, s01);
      s11 = y1.fma(input, s11);
      input = FloatVector.fromArray(SPECIES, x, at + 2);
      s02 = y0.fma(input, s02);
      s12 = y1.fma(input, s12);
      input = FloatVector.fromArray(SPECIES, x, at + 3);
      s03 = y0.fma(input, s03);
      s13 = y1.fma(input, s13);
      input = FloatVector.fromArray(SPECIES, x, at + 4);
      s04 = y0.fma(input, s04);
      s14 = y1.fma(input, s14);
    }
    int to = o * offset.length + k;
    add(to, s00, s01, s02, s03, s04);
    add(to + offset.length, s10, s11, s12, s13, s14);
  }

  private void add(int to, FloatVector... sums) {
    for (int v = 0; v < sums.length; v++) {
      w.gradient[to + v] += sums[v].reduceLanes(VectorOperators.ADD);
    }
  }
}
