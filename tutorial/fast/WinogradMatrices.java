import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The three matrices of Winograd's minimal filtering F(out, kernel), and what is done with them. A
 * row of filter and a row of gradient are two polynomials. Their product is known when its values
 * at out + kernel - 1 points are known, one of which may be infinity (the leading coefficient).
 * Filtering is the transpose of that: y = A^T ((G w) * (B^T x)).
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
final class WinogradMatrices {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  final float[] at; // A^T, (out, points): outputs from products
  final float[] bt; // B^T, (points, points): points from inputs
  final float[] g; // G, (points, kernel): points from a filter

  WinogradMatrices(int out, int kernel, double... points) {
    int count = points.length + 1; // the last is infinity
    at = new float[out * count];
    bt = new float[count * count];
    g = new float[count * kernel];
    for (int p = 0; p < count; p++) {
      double scale = 1; // of the basis polynomial at its own point
      double[] basis = new double[count]; // product of (t - points[q]) over all q but p
      basis[0] = 1;
      for (int q = 0; q < points.length; q++) {
        if (q != p) {
          for (int k = count - 1; k >= 0; k--) {
            basis[k] = (k > 0 ? basis[k - 1] : 0) - points[q] * basis[k];
          }
          scale *= p < points.length ? points[p] - points[q] : 1;
        }
      }
      for (int k = 0; k < count; k++) {
        bt[p * count + k] = (float) basis[k];
      }
      for (int k = 0; k < kernel; k++) {
        g[p * kernel + k] = (float) (power(points, p, k, kernel) / scale);
      }
      for (int i = 0; i < out; i++) {
        at[i * count + p] = (float) power(points, p, i, out);
      }
    }
  }

  /** The k-th power of a point; at infinity only the highest of the powers counts. */
  private static double power(double[] points, int p, int k, int powers) {
    return p < points.length ? Math.pow(points[p], k) : k == powers - 1 ? 1 : 0;
  }

  /**
   * out[r, i] = sum over k of matrix[r, k] * in[k, i] for i below a length that is a multiple of
   * the vector's. Rows of in and out begin a stride apart.
   */
  static void transform(
      float[] matrix,
      int columns,
      float[] in,
      int inAt,
      int inStride,
      float[] out,
      int outAt,
      int outStride,
      int length) {
    for (int i = 0; i < length; i += SPECIES.length()) {
      for (int r = 0; r < matrix.length / columns; r++) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < columns; k++) {
          FloatVector entry = FloatVector.broadcast(SPECIES, matrix[r * columns + k]);
          sum = FloatVector.fromArray(SPECIES, in, inAt + k * inStride + i).fma(entry, sum);
        }
        sum.intoArray(out, outAt + r * outStride + i);
      }
    }
  }

  /** m = v * u at one point: (52, 16) = (tiles, channels) by (16, 32) = (channels, filters). */
  static void multiply(float[] v, int vAt, float[] u, int uAt, float[] m, int mAt) {
    for (int t = 0; t < Step10Winograd.ROOM; t += 4) {
      for (int o = 0; o < ConvStep.FILTERS; o += 2 * LANES) {
        block(v, vAt + t * ConvStep.CHANNELS, u, uAt + o, m, mAt + t * ConvStep.FILTERS + o);
      }
    }
  }

  /** Four tiles by two vectors of filters. */
  private static void block(float[] v, int vAt, float[] u, int uAt, float[] m, int mAt) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    int row = ConvStep.FILTERS;
    for (int c = 0; c < ConvStep.CHANNELS; c++) {
      FloatVector u0 = FloatVector.fromArray(SPECIES, u, uAt + c * row);
      FloatVector u1 = FloatVector.fromArray(SPECIES, u, uAt + c * row + LANES);
      FloatVector input = FloatVector.broadcast(SPECIES, v[vAt + c]);
      s00 = u0.fma(input, s00);
      s01 = u1.fma(input, s01);
      input = FloatVector.broadcast(SPECIES, v[vAt + ConvStep.CHANNELS + c]);
      s10 = u0.fma(input, s10);
      s11 = u1.fma(input, s11);
      input = FloatVector.broadcast(SPECIES, v[vAt + 2 * ConvStep.CHANNELS + c]);
      s20 = u0.fma(input, s20);
      s21 = u1.fma(input, s21);
      input = FloatVector.broadcast(SPECIES, v[vAt + 3 * ConvStep.CHANNELS + c]);
      s30 = u0.fma(input, s30);
      s31 = u1.fma(input, s31);
    }
    s00.intoArray(m, mAt);
    s01.intoArray(m, mAt + LANES);
    s10.intoArray(m, mAt + row);
    s11.intoArray(m, mAt + row + LANES);
    s20.intoArray(m, mAt + 2 * row);
    s21.intoArray(m, mAt + 2 * row + LANES);
    s30.intoArray(m, mAt + 3 * row);
    s31.intoArray(m, mAt + 3 * row + LANES);
  }
}
