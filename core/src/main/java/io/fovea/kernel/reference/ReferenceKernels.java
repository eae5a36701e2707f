package io.fovea.kernel.reference;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.geometry.LocalResponseNormGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.AvgPool2dKernel;
import io.fovea.kernel.op.BatchNorm2dKernel;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.GroupNormKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.MaxPool2dKernel;
import io.fovea.kernel.op.UnaryKernel;

/** The executable specification of every operation. */
public final class ReferenceKernels implements Kernels {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public Conv2dKernel conv2d(Conv2dGeometry geometry) {
    return new ReferenceConv2d(geometry);
  }

  @Override
  public DenseKernel dense(DenseGeometry geometry) {
    return new ReferenceDense(geometry);
  }

  @Override
  public MaxPool2dKernel maxPool2d(Pool2dGeometry geometry) {
    return new ReferenceMaxPool2d(geometry);
  }

  @Override
  public AvgPool2dKernel avgPool2d(Pool2dGeometry geometry) {
    return new ReferenceAvgPool2d(geometry);
  }

  @Override
  public BatchNorm2dKernel batchNorm2d(BatchNorm2dGeometry geometry) {
    return new ReferenceBatchNorm2d(geometry);
  }

  @Override
  public GroupNormKernel groupNorm(GroupNormGeometry geometry) {
    return new ReferenceGroupNorm(geometry);
  }

  @Override
  public UnaryKernel localResponseNorm(LocalResponseNormGeometry geometry) {
    return new ReferenceLocalResponseNorm(geometry);
  }

  @Override
  public UnaryKernel relu() {
    return new ReferenceRelu();
  }

  @Override
  public UnaryKernel activation(Activation activation) {
    return new ReferenceActivation(activation);
  }

  @Override
  public UnaryKernel softmax(int channels) {
    return new ReferenceSoftmax(channels);
  }

  @Override
  public double squares(float[] a, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) a[i] * a[i];
    }
    return sum;
  }

  /** The peak of sums as these kernels form them: one chain of products and additions in double. */
  @Override
  public double peak(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    float[] a = new float[10_000];
    double best = 0;
    while (System.nanoTime() < end) {
      long begin = System.nanoTime();
      double sum = squares(a, 0, a.length);
      long taken = System.nanoTime() - begin;
      best = Math.max(best, sum == 0 ? 2e9 * a.length / taken : 0);
    }
    return best;
  }
}
