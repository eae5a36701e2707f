package io.fovea.kernel.vector.conv.winograd;

/**
 * The matrices of F(4, r), derived from their points alone, so that the transforms have something
 * to be right against.
 *
 * <p>The product of two polynomials with r and 4 coefficients has size = r + 3 of them. Toom and
 * Cook evaluate both factors at as many points a_j, multiply point by point, and interpolate by
 * Lagrange's formula. The product is linear in the second factor; its transpose is the correlation
 * that a convolution layer computes (Winograd 1980; Lavin and Gray, arXiv 1509.09308):
 *
 * <pre>
 * y = A^T [(G w) (.) (B^T x)]
 *
 * A^T[i][j] = a_j^i
 * G[j][k]   = a_j^k / f_j,  f_j = product of (a_j - a_l) over l != j
 * B^T[j][i] = the coefficient of t^i in the product of (t - a_l) over l != j
 * </pre>
 *
 * over the finite points. The point at infinity takes leading coefficients: A^T and G have a single
 * 1 in its last place, and B^T the product over all finite points.
 *
 * <p>The points are dyadic, so everything is exact in double, but the quotients, which are rounded
 * once. Where f_0 is negative, row 0 of G and of B^T have both changed sign, which changes no
 * product: the kernels have it so.
 */
final class ToomCook {
  private static final double[] POINTS = {0, 1, -1, 2, -2, 0.5, -0.5};
  private static final int OUTPUTS = 4;

  private final double[][] output;
  private final double[][] filter;
  private final double[][] input;

  private ToomCook(double[][] output, double[][] filter, double[][] input) {
    this.output = output;
    this.filter = filter;
    this.input = input;
  }

  /** The matrices for tiles of so many inputs: infinity and the first size - 1 of the points. */
  static ToomCook of(int size) {
    int taps = size - OUTPUTS + 1;
    double[][] output = new double[OUTPUTS][size];
    double[][] filter = new double[size][taps];
    double[][] input = new double[size][];
    for (int j = 0; j < size - 1; j++) {
      double product = 1;
      for (int l = 0; l < size - 1; l++) {
        product *= l == j ? 1 : POINTS[j] - POINTS[l];
      }
      double sign = j == 0 ? Math.signum(product) : 1;
      for (int k = 0; k < taps; k++) {
        filter[j][k] = sign * Math.pow(POINTS[j], k) / product;
      }
      for (int i = 0; i < OUTPUTS; i++) {
        output[i][j] = Math.pow(POINTS[j], i);
      }
      input[j] = polynomial(size, j);
      for (int i = 0; i < size; i++) {
        input[j][i] *= sign;
      }
    }
    output[OUTPUTS - 1][size - 1] = 1;
    filter[size - 1][taps - 1] = 1;
    input[size - 1] = polynomial(size, -1);
    return new ToomCook(output, filter, input);
  }

  /** The size coefficients of the product of (t - a_l) over the finite points but one. */
  private static double[] polynomial(int size, int without) {
    double[] coefficients = new double[size];
    coefficients[0] = 1;
    for (int l = 0; l < size - 1; l++) {
      if (l != without) {
        for (int i = size - 1; i >= 0; i--) {
          coefficients[i] = (i > 0 ? coefficients[i - 1] : 0) - POINTS[l] * coefficients[i];
        }
      }
    }
    return coefficients;
  }

  /** A^T, 4 x size. */
  double[][] output() {
    return output;
  }

  /** G, size x r. */
  double[][] filter() {
    return filter;
  }

  /** B^T, size x size. */
  double[][] input() {
    return input;
  }

  /** |A^T|, |G| and |B^T|. */
  ToomCook absolute() {
    return new ToomCook(absolute(output), absolute(filter), absolute(input));
  }

  private static double[][] absolute(double[][] matrix) {
    double[][] result = new double[matrix.length][matrix[0].length];
    for (int i = 0; i < matrix.length; i++) {
      for (int k = 0; k < matrix[i].length; k++) {
        result[i][k] = Math.abs(matrix[i][k]);
      }
    }
    return result;
  }

  /** Rows and columns exchanged. */
  static double[][] transposed(double[][] matrix) {
    double[][] result = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int k = 0; k < matrix[i].length; k++) {
        result[k][i] = matrix[i][k];
      }
    }
    return result;
  }

  /** matrix * tile * matrix^T, both tiles row-major. */
  static double[] bothWays(double[][] matrix, double[] tile) {
    int rows = matrix.length;
    int columns = matrix[0].length;
    double[] half = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < columns; k++) {
        double factor = matrix[i][k];
        for (int j = 0; factor != 0 && j < columns; j++) {
          half[i * columns + j] += factor * tile[k * columns + j];
        }
      }
    }
    double[] result = new double[rows * rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
          sum += half[i * columns + k] * matrix[j][k];
        }
        result[i * rows + j] = sum;
      }
    }
    return result;
  }
}
