package io.fovea.kernel.vector;

import io.fovea.kernel.AvgPool2dKernel;
import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.Conv2dKernel;
import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.DenseKernel;
import io.fovea.kernel.Kernels;
import io.fovea.kernel.MatMulKernel;
import io.fovea.kernel.MaxPool2dKernel;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.ReluKernel;

/** The fast kernels. Which algorithm computes a convolution is decided here, by geometry alone. */
public final class VectorKernels implements Kernels {
  private final boolean winograd;

  /** All algorithms. */
  public VectorKernels() {
    this(true);
  }

  private VectorKernels(boolean winograd) {
    this.winograd = winograd;
  }

  /**
   * Without Winograd's convolution: every sum is the sum of its products, with the smaller rounding
   * errors of that.
   */
  public static VectorKernels direct() {
    return new VectorKernels(false);
  }

  @Override
  public String name() {
    return winograd ? "vector" : "vector-direct";
  }

  @Override
  public int lanes() {
    return Lanes.COUNT;
  }

  @Override
  public Conv2dKernel conv2d(Conv2dGeometry geometry) {
    if (winograd && WinogradConv2d.pays(geometry)) {
      return new WinogradConv2d(geometry);
    }
    return new DirectConv2d(geometry);
  }

  @Override
  public DenseKernel dense(DenseGeometry geometry) {
    return new PackedDense(geometry);
  }

  @Override
  public MatMulKernel matMul() {
    return new PackedMatMul();
  }

  @Override
  public MaxPool2dKernel maxPool2d(Pool2dGeometry geometry) {
    return new VectorMaxPool2d(geometry);
  }

  @Override
  public AvgPool2dKernel avgPool2d(Pool2dGeometry geometry) {
    return new RowAvgPool2d(geometry);
  }

  @Override
  public ReluKernel relu() {
    return new VectorRelu();
  }

  @Override
  public double squares(float[] a, int from, int to) {
    return Squares.sum(a, from, to);
  }

  @Override
  public double peak(double seconds) {
    return FmaPeak.measure(seconds);
  }
}
