package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;

/**
 * How far Winograd's convolution in float may lie from the exact one, element by element:
 *
 * <pre>
 * |y  - exact| <= c 2^-24 ( |A^T| [ sum over channels of (|G| |w| |G^T|) (.) (|B^T| |x| |B|) ] |A| + |b| )
 * |dx - exact| <= c 2^-24   |B|   [ sum over filters  of (|G| |w| |G^T|) (.) (|A| |dy| |A^T|) ] |B^T|
 * |dw - exact| <= c 2^-24   |G^T| [ sum over tiles    of (|A| |dy| |A^T|) (.) (|B^T| |x| |B|) ] |G|
 * |db - exact| <= c 2^-24   sum of |dy|
 * </pre>
 *
 * each with a c of its own. The algorithm is linear in each argument, and no transform lets an
 * input reach an output on two paths, so the exact result is a sum of products with one path each
 * through the arithmetic, and the bracket sums the products' sizes. A path of c roundings changes
 * its product by a factor within (1 +- 2^-24)^c, so c is the length of the longest path. Factors
 * that are powers of two, and zeros, round nothing; a fused multiply-add rounds once. Numbers so
 * small that they underflow are left out.
 *
 * <p>Roundings on the longest path of a one-dimensional transform; two dimensions pass it twice:
 *
 * <pre>
 *                                        F(4,3)   F(4,5)
 * B^T, input                                2        3
 * B, input's adjoint, overlap included      4        6
 * A^T, output                               3        4
 * A, output's adjoint                       2        2
 * G, filter: entry rounded, r terms       3 + 1    5 + 1
 * G^T: entry rounded, size - 1 terms      5 + 1    7 + 1
 * </pre>
 *
 * Between the transforms lies one chain of multiply-adds: over C channels, O filters, or N * T
 * tiles of N images. Cutting the last one into accumulators makes paths no longer: share + (N /
 * share - 1) is at most N. Together, with b's addition in y, and one for what (1 + 2^-24)^c has
 * beyond 1 + c * 2^-24 (enough up to c = 4,096):
 *
 * <pre>
 *                                              F(4x4, 3x3)     F(4x4, 5x5)
 * y:  2 G + 2 B^T + C + 2 A^T + 1, and 1         C + 20          C + 28
 * dx: 2 G + 2 A + O + 2 B, and 1                 O + 21          O + 29
 * dw: 2 B^T + 2 A + N T + 2 G^T, and 1          NT + 21         NT + 27
 * db: 2 A + N T, and 1                          NT + 5          NT + 5
 * </pre>
 */
final class WinogradBound {
  private static final long SECOND_ORDER = 1;
  private static final long LONGEST = 4096;

  private final Conv2dGeometry g;
  private final int images;
  private final WinogradInDouble sizes;

  // Roundings of a transform in one dimension.
  private final int input;
  private final int inputAdjoint;
  private final int output;
  private final int outputAdjoint;
  private final int filter;
  private final int filterAdjoint;

  WinogradBound(Conv2dGeometry g, int images) {
    int taps = g.window().kernelHeight();
    int size = taps + TileTransform.OUTPUTS - 1;
    this.g = g;
    this.images = images;
    this.sizes = new WinogradInDouble(g, ToomCook.of(size).absolute());
    this.input = size == 6 ? 2 : 3;
    this.inputAdjoint = size == 6 ? 4 : 6;
    this.output = size == 6 ? 3 : 4;
    this.outputAdjoint = 2;
    this.filter = taps + 1;
    this.filterAdjoint = size;
  }

  /** c of y. */
  long outputRoundings() {
    return checked(2L * filter + 2L * input + g.channels() + 2L * output + 1);
  }

  /** c of dx. */
  long inputGradientRoundings() {
    return checked(2L * filter + 2L * outputAdjoint + g.filters() + 2L * inputAdjoint);
  }

  /** c of dw. */
  long weightGradientRoundings() {
    return checked(2L * input + 2L * outputAdjoint + chain() + 2L * filterAdjoint);
  }

  /** c of db. */
  long biasGradientRoundings() {
    return checked(2L * outputAdjoint + chain());
  }

  private long chain() {
    return (long) images * sizes.tiles();
  }

  private static long checked(long roundings) {
    assert roundings < LONGEST : roundings;
    return roundings + SECOND_ORDER;
  }

  /** The size of each element of y: what its error is measured by. */
  double[] outputSizes(double[] x, double[] w, double[] b) {
    return sizes.forward(Bound.absolute(x), Bound.absolute(w), Bound.absolute(b), images);
  }

  /** The size of each element of dx. */
  double[] inputGradientSizes(double[] dy, double[] w) {
    return sizes.inputGradient(Bound.absolute(dy), Bound.absolute(w), images);
  }

  /** The size of each element of dw. */
  double[] weightGradientSizes(double[] x, double[] dy) {
    return sizes.weightGradient(Bound.absolute(x), Bound.absolute(dy), images);
  }

  /** The size of each element of db. */
  double[] biasGradientSizes(double[] dy) {
    double[] result = new double[g.filters()];
    for (int i = 0; i < dy.length; i++) {
      result[i % g.filters()] += Math.abs(dy[i]);
    }
    return result;
  }

  /** Every element of a float result within the bound. */
  void assertWithin(String what, LinearResult result, LinearNumbers numbers) {
    Bound.assertWithinRoundings(
        what + " y",
        result.y(),
        numbers.y(),
        outputSizes(numbers.x(), numbers.w(), numbers.b()),
        outputRoundings());
    Bound.assertWithinRoundings(
        what + " dx",
        result.dx(),
        numbers.dx(),
        inputGradientSizes(numbers.dy(), numbers.w()),
        inputGradientRoundings());
    Bound.assertWithinRoundings(
        what + " dw",
        result.dw(),
        numbers.dw(),
        weightGradientSizes(numbers.x(), numbers.dy()),
        weightGradientRoundings());
    Bound.assertWithinRoundings(
        what + " db",
        result.db(),
        numbers.db(),
        biasGradientSizes(numbers.dy()),
        biasGradientRoundings());
  }
}
