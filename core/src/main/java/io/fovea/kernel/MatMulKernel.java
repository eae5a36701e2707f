package io.fovea.kernel;

/**
 * The product of two matrices: c = a b, or c = c + a b.
 *
 * <pre>c[i][j] = (accumulate ? c[i][j] : 0) + sum over k of a[i][k] * b[k][j]</pre>
 *
 * a is m x k, b is k x n, c is m x n; any of m, n and k may be zero. a and b may be {@link
 * Matrix#transposed() transposed}; c is row-major and shares no memory with them.
 */
public interface MatMulKernel {
  /** The algorithm. */
  String name();

  /** c = a b, or c = c + a b where {@code accumulate} is true. */
  void multiply(Matrix c, Matrix a, Matrix b, boolean accumulate, Resources resources);
}
