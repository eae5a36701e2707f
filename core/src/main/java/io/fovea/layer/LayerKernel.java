package io.fovea.layer;

import io.fovea.kernel.KernelSet;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.op.Conv2dKernel;
import io.fovea.kernel.op.Epilogue;
import io.fovea.kernel.op.ImageMaxPool2dKernel;
import io.fovea.kernel.op.Kernels;
import io.fovea.kernel.op.LinearKernel;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.ScratchSizes;
import io.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a set of kernels computes a layer and stores its weights. */
public final class LayerKernel {
  private LayerKernel() {}

  /**
   * The name of the algorithm that a set chooses for a layer, such as gemm; empty where there is no
   * choice.
   *
   * @param inputs the shapes of one image's inputs
   */
  public static String algorithm(KernelSet set, Layer layer, List<Shape> inputs) {
    LinearKernel kernel = linear(set.kernels(false), layer, inputs.getFirst());
    return kernel == null ? "" : kernel.name();
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
