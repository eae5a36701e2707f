import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Step 12's dense layer, forward and backward. Vectors run along k; a block is two outputs by four
 * images, so the number of images is a multiple of four and the number of outputs even.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class DenseLayer {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  final Parameter w; // (out, in)
  final Parameter b; // (out)
  private final int in;
  private final int out;
  private final int bound; // of whole vectors

  DenseLayer(int in, int out) {
    this.in = in;
    this.out = out;
    w = new Parameter(out * in);
    b = new Parameter(out);
    bound = SPECIES.loopBound(in);
  }

  /** y[n,o] = b[o] + sum over k of w[o,k] * x[n,k]. */
  void forward(float[] x, float[] y, int images) {
    for (int o = 0; o < out; o += 2) {
      for (int n = 0; n < images; n += 4) {
        products(x, y, o, n);
      }
    }
  }

  private void products(float[] x, float[] y, int o, int n) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    for (int k = 0; k < bound; k += LANES) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, w.value, o * in + k);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w.value, (o + 1) * in + k);
      FloatVector input = FloatVector.fromArray(SPECIES, x, n * in + k);
      s00 = w0.fma(input, s00);
      s01 = w1.fma(input, s01);
      input = FloatVector.fromArray(SPECIES, x, (n + 1) * in + k);
      s10 = w0.fma(input, s10);
      s11 = w1.fma(input, s11);
      input = FloatVector.fromArray(SPECIES, x, (n + 2) * in + k);
      s20 = w0.fma(input, s20);
      s21 = w1.fma(input, s21);
      input = FloatVector.fromArray(SPECIES, x, (n + 3) * in + k);
      s30 = w0.fma(input, s30);
      s31 = w1.fma(input, s31);
    }
    finish(x, y, o, n, s00, s10, s20, s30);
    finish(x, y, o + 1, n, s01, s11, s21, s31);
  }

  /** The sum of a vector's lanes, the k behind the last whole vector, and the bias. */
  private void finish(float[] x, float[] y, int o, int n, FloatVector... sums) {
    for (int i = 0; i < sums.length; i++) {
      float sum = b.value[o] + sums[i].reduceLanes(VectorOperators.ADD);
      for (int k = bound; k < in; k++) {
        sum += w.value[o * in + k] * x[(n + i) * in + k];
      }
      y[(n + i) * out + o] = sum;
    }
  }

  /** dw[o,k] += sum over n of dy[n,o] * x[n,k]; db; dx[n,k] = sum over o of dy[n,o] * w[o,k]. */
  void backward(float[] dy, float[] x, float[] dx, int images) {
    Arrays.fill(dx, 0, images * in, 0);
    for (int k = 0; k < images * out; k++) {
      b.gradient[k % out] += dy[k];
    }
    for (int o = 0; o < out; o++) {
      for (int n = 0; n < images; n += 4) {
        gradients(dy, x, dx, o, n);
      }
    }
  }

  /** One output by four images: dw is loaded and stored once for four products. */
  private void gradients(float[] dy, float[] x, float[] dx, int o, int n) {
    float[] dw = w.gradient;
    float d0 = dy[n * out + o];
    float d1 = dy[(n + 1) * out + o];
    float d2 = dy[(n + 2) * out + o];
    float d3 = dy[(n + 3) * out + o];
    int at = n * in;
    for (int k = 0; k < bound; k += LANES, at += LANES) {
      FloatVector weight = FloatVector.fromArray(SPECIES, w.value, o * in + k);
      FloatVector sum = FloatVector.fromArray(SPECIES, dw, o * in + k);
      sum = FloatVector.fromArray(SPECIES, x, at).mul(d0).add(sum);
      sum = FloatVector.fromArray(SPECIES, x, at + in).mul(d1).add(sum);
      sum = FloatVector.fromArray(SPECIES, x, at + 2 * in).mul(d2).add(sum);
      sum = FloatVector.fromArray(SPECIES, x, at + 3 * in).mul(d3).add(sum);
      sum.intoArray(dw, o * in + k);
      add(weight, d0, dx, at);
      add(weight, d1, dx, at + in);
      add(weight, d2, dx, at + 2 * in);
      add(weight, d3, dx, at + 3 * in);
    }
    for (int k = bound; k < in; k++) {
      for (int i = n; i < n + 4; i++) {
        dw[o * in + k] += dy[i * out + o] * x[i * in + k];
        dx[i * in + k] += dy[i * out + o] * w.value[o * in + k];
      }
    }
  }

  private static void add(FloatVector weight, float d, float[] dx, int at) {
    weight.mul(d).add(FloatVector.fromArray(SPECIES, dx, at)).intoArray(dx, at);
  }
}
