package io.fovea.kernel.op;

import io.fovea.tensor.Tensor;

/**
 * The output of a forward pass with an {@link Epilogue}, for the backward pass: the incoming
 * gradient is that of y, and passes where y is above zero.
 *
 * @param y the output
 * @param epilogue {@link Epilogue#isRelu a ReLU}, pooled or not
 */
public record FusedOutput(Tensor y, Epilogue epilogue) {
  /** Throws IllegalArgumentException if the epilogue has no backward pass. */
  public FusedOutput {
    if (!epilogue.isRelu()) {
      throw new IllegalArgumentException(
          "epilogue: only a ReLU has a fused backward pass, got " + epilogue);
    }
  }
}
