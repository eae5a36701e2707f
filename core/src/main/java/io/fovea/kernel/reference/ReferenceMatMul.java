package io.fovea.kernel.reference;

import io.fovea.kernel.MatMulKernel;
import io.fovea.kernel.Matrix;
import io.fovea.kernel.Resources;

/**
 * The product of two matrices as its formula says, in double.
 *
 * <pre>c[i][j] = (accumulate ? c[i][j] : 0) + sum over k of a[i][k] * b[k][j]</pre>
 */
public final class ReferenceMatMul implements MatMulKernel {
  @Override
  public String name() {
    return "reference";
  }

  /** c (m, n) plus a (m, k) times b (k, n), all row-major without gaps. */
  public void multiplyAdd(double[] c, double[] a, double[] b, int m, int n, int k) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = c[i * n + j];
        for (int l = 0; l < k; l++) {
          sum += a[i * k + l] * b[l * n + j];
        }
        c[i * n + j] = sum;
      }
    }
  }

  @Override
  public void multiply(Matrix c, Matrix a, Matrix b, boolean accumulate, Resources resources) {
    double[] sums = accumulate ? widened(c) : new double[c.rows() * c.columns()];
    multiplyAdd(sums, widened(a), widened(b), c.rows(), c.columns(), a.columns());
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.columns(); j++) {
        c.array()[c.at(i, j)] = (float) sums[i * c.columns() + j];
      }
    }
  }

  private static double[] widened(Matrix matrix) {
    double[] wide = new double[matrix.rows() * matrix.columns()];
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        wide[i * matrix.columns() + j] = matrix.array()[matrix.at(i, j)];
      }
    }
    return wide;
  }
}
