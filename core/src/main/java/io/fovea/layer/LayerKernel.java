package io.fovea.layer;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.ImageMaxPool2dKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearKernel;
import io.fovea.kernel.op.LinearKernel.Loops;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    LinearKernel kernel = linear(set.kernels(false), layer, inputs.getFirst());
    if (kernel == null) {
      return Optional.empty();
    }
    LayerKernel k = of(kernel, images);
    return Optional.of(
        layer instanceof ConvTranspose2d
            ? new LayerKernel(
                k.algorithm,
                /* forward= */ k.inputGradient,
                /* inputGradient= */ k.forward,
                k.weightGradient)
            : k);
  }

  /** The kernel of a layer with weights; null for others. Its type is for this library only. */
  @SuppressWarnings("exports")
  public static @Nullable LinearKernel linear(Kernels kernels, Layer layer, Shape x) {
    return switch (layer) {
      case Conv2d conv -> kernels.conv2d(conv.geometry(x));
      case ConvTranspose2d conv -> kernels.transposedConv2d(conv.geometry(x));
      case Dense dense -> kernels.dense(dense.geometry(x));
      default -> null;
    };
  }

  /**
   * The geometry of a max pooling that a convolution's kernel computes; null where it does not. Its
   * types are for this library only.
   *
   * @param x the shape of one image before the pooling
   * @param withInput whether the gradient of the convolution's input is needed
   */
  @SuppressWarnings("exports")
  public static @Nullable Pool2dGeometry pooling(
      Kernels kernels,
      @Nullable LinearKernel kernel,
      Layer pooling,
      Shape x,
      int images,
      boolean withInput) {
    if (!(pooling instanceof MaxPool2d max) || !(kernel instanceof Conv2dKernel conv)) {
      return null;
    }
    Pool2dGeometry g = max.geometry(x);
    return kernels.maxPool2d(g) instanceof ImageMaxPool2dKernel image
            && conv.supports(Epilogue.RELU.pooledBy(image, null), images, withInput)
        ? g
        : null;
  }

  /** Adds what a batch normalisation needs of the scratch; its types are for this library only. */
  @SuppressWarnings("exports")
  public static void normScratch(
      Kernels kernels, Layer layer, Shape x, int images, ScratchSizes sizes) {
    if (layer instanceof BatchNorm2d norm) {
      kernels.batchNorm2d(norm.geometry(x)).scratch(images, sizes);
    }
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
    LinearKernel kernel =
        parameter.role() == Parameter.Role.WEIGHT
            ? linear(kernels, layer, inputs.getFirst())
            : null;
    if (kernel != null) {
      return kernel.packing();
    }
    if (layer instanceof LayerNorm) {
      return LayerNorm.packing(inputs.getFirst());
    }
    return Packing.rowMajor(parameter.shape().elements());
  }
}
