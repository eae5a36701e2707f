package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y[n,c,i,j] = the largest x in the window of (i, j), padding left out; of equal values the first
 * in reading order wins, and a NaN wins over numbers (as PyTorch). The gradient goes to the winner
 * only.
 */
public interface MaxPool2dKernel {
  /**
   * Fills y and, for each element of y in memory order, the memory position of the winner within
   * its image.
   *
   * @param winners at least y.elements() long; null where no gradient will be computed
   */
  void forward(Tensor y, int @Nullable [] winners, Tensor x, Resources resources);

  /** dx[winner] = the sum of the dy that it won; 0 elsewhere. */
  void backward(Tensor dx, Tensor dy, int[] winners, Resources resources);
}
