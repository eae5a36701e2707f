package io.fovea.kernel;

import io.fovea.tensor.Tensor;

/** What convolutions and dense layers have in common, so that one test serves both. */
public interface LinearKernel {
  /** The kernel's own packing. */
  Packing packing();

  /** As the kernel's own. */
  void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources);

  /** As the kernel's own. */
  void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources);

  /** As the kernel's own. */
  void backwardWeights(float[] dw, float[] db, Tensor x, Tensor dy, Resources resources);

  /** A convolution seen so. */
  static LinearKernel of(Conv2dKernel kernel) {
    return new LinearKernel() {
      @Override
      public Packing packing() {
        return kernel.packing();
      }

      @Override
      public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
        kernel.forward(y, x, w, b, resources);
      }

      @Override
      public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
        kernel.backwardInput(dx, dy, w, resources);
      }

      @Override
      public void backwardWeights(
          float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
        kernel.backwardWeights(dw, db, x, dy, resources);
      }
    };
  }

  /** A dense layer seen so. */
  static LinearKernel of(DenseKernel kernel) {
    return new LinearKernel() {
      @Override
      public Packing packing() {
        return kernel.packing();
      }

      @Override
      public void forward(Tensor y, Tensor x, float[] w, float[] b, Resources resources) {
        kernel.forward(y, x, w, b, resources);
      }

      @Override
      public void backwardInput(Tensor dx, Tensor dy, float[] w, Resources resources) {
        kernel.backwardInput(dx, dy, w, resources);
      }

      @Override
      public void backwardWeights(
          float[] dw, float[] db, Tensor x, Tensor dy, Resources resources) {
        kernel.backwardWeights(dw, db, x, dy, resources);
      }
    };
  }
}
