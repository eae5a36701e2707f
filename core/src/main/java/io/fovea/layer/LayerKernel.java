package io.fovea.layer;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearKernel;
import io.fovea.kernel.op.LinearKernel.Loops;
import io.fovea.kernel.op.Packing;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * How a set of kernels computes a layer. The lists have the loops of a pass, from the threads'
 * chunks of work to the register block, a line each; they are empty for the reference kernels. What
 * a network fuses into the layer is not shown.
 *
 * @param algorithm its name, such as gemm
 * @param forward the loops of inference
 * @param inputGradient those of dx
 * @param weightGradient those of dw and db
 */
public record LayerKernel(
    String algorithm,
    List<String> forward,
    List<String> inputGradient,
    List<String> weightGradient) {

  /**
   * The kernel that a set chooses for a layer; empty where there is no choice.
   *
   * @param inputs the shapes of one image's inputs
   * @param images of a batch
   * @throws IllegalArgumentException if there are no images
   */
  public static Optional<LayerKernel> of(
      KernelSet set, Layer layer, List<Shape> inputs, int images) {
    if (images < 1) {
      throw new IllegalArgumentException(
          "kernels: got a batch of %d images; expected at least 1".formatted(images));
    }
    Kernels kernels = set.kernels(false);
    Shape x = inputs.getFirst();
    return switch (layer) {
      case Conv2d conv -> Optional.of(of(kernels.conv2d(conv.geometry(x)), images));
      case ConvTranspose2d conv -> {
        LayerKernel k = of(kernels.transposedConv2d(conv.geometry(x)), images);
        yield Optional.of(
            new LayerKernel(
                k.algorithm,
                /* forward= */ k.inputGradient,
                /* inputGradient= */ k.forward,
                k.weightGradient));
      }
      case Dense dense -> Optional.of(of(kernels.dense(dense.geometry(x)), images));
      default -> Optional.empty();
    };
  }

  private static LayerKernel of(LinearKernel kernel, int images) {
    Loops loops = kernel.loops(images);
    return new LayerKernel(
        kernel.name(), loops.forward(), loops.inputGradient(), loops.weightGradient());
  }

  /**
   * How a set's kernels store a parameter of a layer; its type is for this library only.
   *
   * @param inputs the shapes of one image's inputs
   */
  @SuppressWarnings("exports")
  public static Packing packing(
      Kernels kernels, Layer layer, Parameter parameter, List<Shape> inputs) {
    if (parameter.role() == Parameter.Role.WEIGHT) {
      if (layer instanceof Conv2d conv2d) {
        return kernels.conv2d(conv2d.geometry(inputs.getFirst())).packing();
      }
      if (layer instanceof ConvTranspose2d conv2d) {
        return kernels.transposedConv2d(conv2d.geometry(inputs.getFirst())).packing();
      }
      if (layer instanceof Dense dense) {
        return kernels.dense(dense.geometry(inputs.getFirst())).packing();
      }
    }
    if (layer instanceof LayerNorm) {
      return LayerNorm.packing(inputs.getFirst());
    }
    return Packing.rowMajor(parameter.shape().elements());
  }
}
