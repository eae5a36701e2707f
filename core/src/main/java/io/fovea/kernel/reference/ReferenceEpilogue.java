package io.fovea.kernel.reference;

import io.fovea.kernel.op.Activation;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.OutputView;
import io.fovea.tensor.Tensor;

/**
 * An {@link Epilogue} without its pooling, as its formula says: z, its sum with the residual, and f
 * of that are each rounded to float, as by separate operations.
 */
final class ReferenceEpilogue {
  private ReferenceEpilogue() {}

  /** y = f(z + residual) for z [pixel][channel], of all images. */
  static void write(OutputView y, double[] z, int channels, Epilogue epilogue) {
    Tensor residual = epilogue.residual();
    Activation f = epilogue.activation();
    for (int i = 0; i < z.length; i++) {
      float value = (float) z[i];
      if (residual != null) {
        value += residual.array()[residual.offset() + i];
      }
      if (f != null) {
        value = (float) f.value(value);
      }
      y.array()[y.at() + i / channels * y.step() + i % channels] = value;
    }
  }
}
